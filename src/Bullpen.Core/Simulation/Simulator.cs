using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Simulation;

/// <summary>
/// Replays a trace against a <see cref="ModelCache"/>, the one that serves, with a clock of its own: a load takes the time that
/// was measured, one at a time in the order in which the cache decides them, an unload takes none, a request uses its model
/// for a constant time. What is known of a model's size is known from the beginning. The same every time.
/// </summary>
public sealed class Simulator
{
    private readonly Trace _trace;
    private readonly SimulationOptions _options;
    private readonly SimulatedTime _time = new();
    private readonly ModelCache _cache;
    private readonly SimulationTally _tally;
    private readonly ModelDefinition[] _definitions;
    private readonly Dictionary<ModelDefinition, int> _indexes = [];
    private readonly ModelScheduler _scheduler;

    // What is to come, each in order of time: loads one after the other, and runs and waits that all take the same time.
    private readonly Queue<CacheEntry> _loads = new();
    private readonly Queue<(TimeSpan At, ModelLease Lease)> _returns = new();
    private readonly Queue<(TimeSpan At, TaskCompletionSource<ModelLease> Waiter)> _deadlines = new();
    private TimeSpan _loaded = TimeSpan.MaxValue;

    private Simulator(Trace trace, EvictionPolicy policy, long budget, SimulationOptions options)
    {
        (_trace, _options) = (trace, options);
        _cache = new ModelCache(new MemoryBudget(budget), policy, options.Cache, static _ => true, _time);
        _tally = new SimulationTally(trace.Models.Count);
        _definitions = [.. trace.Models.Select(Definition)];
        for (var i = 0; i < _definitions.Length; i++) _indexes[_definitions[i]] = i;
        _scheduler = new ModelScheduler("simulated", new SimulatedSession(0), new ExecutionGate(1), new SchedulerOptions(1, 0));
    }

    /// <summary>Runs a policy over a trace, within a budget in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not positive.</exception>
    public static SimulationResult Run(Trace trace, EvictionPolicy policy, long budget, SimulationOptions? options = null)
    {
        var simulator = new Simulator(trace, policy, budget, options ?? new SimulationOptions());
        simulator.Run();
        return simulator._tally.Result(policy.Name, budget, trace.Requests.Count);
    }

    private static ModelDefinition Definition(TraceModel model) =>
        new() { Id = model.Id, Path = "", Url = model.Id.Name, Origin = ModelOrigin.Repository };

    private void Run()
    {
        foreach (var request in _trace.Requests)
        {
            RunUntil(request.At);
            _time.Now = request.At;
            Ask(request);
        }

        RunUntil(TimeSpan.MaxValue);
    }

    /// <summary>Does all that is due before <paramref name="until"/>, the earliest first.</summary>
    private void RunUntil(TimeSpan until)
    {
        while (true)
        {
            var returned = _returns.TryPeek(out var run) ? run.At : TimeSpan.MaxValue;
            var deadline = _deadlines.TryPeek(out var wait) ? wait.At : TimeSpan.MaxValue;
            var next = new TimeSpan(Math.Min(Math.Min(returned.Ticks, deadline.Ticks), _loaded.Ticks));
            if (next > until || next == TimeSpan.MaxValue) return;
            _time.Now = next;
            if (next == returned) Return(_returns.Dequeue().Lease);
            else if (next == _loaded) EndLoad();
            else GiveUp(_deadlines.Dequeue().Waiter);
        }
    }

    private void Ask(TraceRequest request)
    {
        var (definition, bytes) = (_definitions[request.Model], _trace.Models[request.Model].Bytes);
        if (_cache.TryLease(definition) is { } lease)
        {
            _tally.Hit();
            Use(lease);
            return;
        }

        var waiter = new TaskCompletionSource<ModelLease>(new SimulatedWait(request));
        if (bytes > _cache.Budget.Total || !IsTaken(definition, bytes, waiter))
        {
            _tally.Refused();
            return;
        }

        _deadlines.Enqueue((_time.Now + _options.LoadWait, waiter));
        Do(_cache.Advance());
    }

    /// <summary>False where the cache refuses the request, as too many wait for the model.</summary>
    private bool IsTaken(ModelDefinition definition, long bytes, TaskCompletionSource<ModelLease> waiter)
    {
        try
        {
            return _cache.Request(definition, bytes, default, waiter) is null;
        }
        catch (ServingException)
        {
            return false;
        }
    }

    private void Use(ModelLease lease) => _returns.Enqueue((_time.Now + _options.RunTime, lease));

    private void Return(ModelLease lease)
    {
        lease.Dispose();
        if (_cache.WantsRoom) Do(_cache.Advance());
    }

    private void GiveUp(TaskCompletionSource<ModelLease> waiter)
    {
        if (waiter.Task.IsCompleted) return;
        _tally.Refused();
        Do(_cache.Abandon(_definitions[WaitOf(waiter).Request.Model], waiter));
    }

    private void Do(CacheStep step)
    {
        foreach (var (waiter, lease) in step.Grants)
        {
            waiter.SetResult(lease);
            _tally.Waited(_time.Now - WaitOf(waiter).Request.At);
            Use(lease);
        }

        foreach (var entry in step.Loads) _loads.Enqueue(entry);
        if (_loaded == TimeSpan.MaxValue) BeginLoad();
        foreach (var (entry, _, _) in step.Unloads)
        {
            _tally.Evicted(_indexes[entry.Definition], _time.Now);
            Do(_cache.Unloaded(entry));
        }
    }

    private void BeginLoad()
    {
        if (!_loads.TryPeek(out var entry)) return;
        var model = _indexes[entry.Definition];
        var takes = _trace.Models[model].LoadTime;
        _tally.Loading(model, takes, _time.Now);
        _loaded = _time.Now + takes;
    }

    private void EndLoad()
    {
        var entry = _loads.Dequeue();
        var model = _trace.Models[_indexes[entry.Definition]];
        _loaded = TimeSpan.MaxValue;
        var loaded = new LoadedModel(entry.Definition, new SimulatedSession(model.Bytes), _scheduler, _time, static (_, _) => { });
        Do(_cache.Loaded(entry, loaded, model.LoadTime));
    }

    private static SimulatedWait WaitOf(TaskCompletionSource<ModelLease> waiter) => (SimulatedWait)waiter.Task.AsyncState!;
}
