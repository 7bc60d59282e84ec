using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>
/// The front door to loaded models, and the only path by which models are loaded and unloaded. It asks
/// <see cref="ModelCache"/> what to do, and does it outside the cache's lock: loads and unloads run on threads of their own.
/// </summary>
public sealed class ModelManager : IAsyncDisposable
{
    private readonly IModelRuntime _runtime;
    private readonly ModelCache _cache;
    private readonly ModelManagerOptions _options;
    private readonly ExecutionGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _loadTurns; // never disposed: the last load's turn ends after its model is gone
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A manager over an empty cache.</summary>
    public ModelManager(
        IModelRuntime runtime, ModelCache cache, ExecutionGate gate, ModelManagerOptions options, TimeProvider time, ILogger<ModelManager> log)
    {
        _runtime = runtime;
        _cache = cache;
        _gate = gate;
        _options = options;
        _time = time;
        _log = log;
        _loadTurns = new SemaphoreSlim(options.LoadConcurrency, options.LoadConcurrency);
    }

    /// <summary>The right to use a model, now if it is in memory, otherwise once it is loaded.</summary>
    /// <param name="definition">The model, as the catalogue has it.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the load goes on for the others.</param>
    /// <exception cref="ServingException">The model is broken, too large, gone, or did not become ready within the load wait.</exception>
    public ValueTask<ModelLease> LeaseAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        return _cache.TryLease(definition) is { } lease ? ValueTask.FromResult(lease) : new(WaitAsync());

        async Task<ModelLease> WaitAsync()
        {
            var waiter = new TaskCompletionSource<ModelLease>(TaskCreationOptions.RunContinuationsAsynchronously);
            var expected = _cache.MeasuredBytes(definition) ?? _runtime.EstimateBytes(definition.File);
            if (_cache.Request(definition, expected, FileStamp.Of(definition.Path), waiter) is { } ready) return ready;

            Do(_cache.Advance());
            try
            {
                return await waiter.Task.WaitAsync(_options.LoadWait, _time, cancellationToken);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                Do(_cache.Abandon(definition, waiter));
                if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully) (await waiter.Task).Dispose();
                if (e is OperationCanceledException) throw;
                throw ModelErrors.LoadTimeout(definition, _options.LoadWait);
            }
        }
    }

    /// <summary>
    /// Has the model leave memory: requests in flight finish, then it is unloaded. Returns when its memory is given back.
    /// To keep it from coming back, remove it from the catalogue first.
    /// </summary>
    /// <returns>False where it was not in memory.</returns>
    public async Task<bool> UnloadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        Do(_cache.Leave(definition, LeaveReason.Requested, out var gone));
        if (gone is null) return false;
        await gone.WaitAsync(cancellationToken);
        return true;
    }

    /// <summary>No lease is given any more; requests in flight finish; every model is unloaded.</summary>
    public async ValueTask DisposeAsync()
    {
        Do(_cache.Close(out var gone));
        await _stopping.CancelAsync();
        await Task.WhenAll(gone);
        _stopping.Dispose();
    }

    private void Do(CacheStep step)
    {
        foreach (var (waiter, lease) in step.Grants)
            if (!waiter.TrySetResult(lease)) lease.Dispose();
        foreach (var (waiter, error) in step.Refusals) waiter.TrySetException(error);
        foreach (var (entry, model, forModel) in step.Unloads) _ = OnOwnThread(() => Unload(entry, model, forModel));
        foreach (var entry in step.Loads) _ = LoadInTurnAsync(entry);
    }

    private async Task LoadInTurnAsync(CacheEntry entry)
    {
        await _loadTurns.WaitAsync();
        try
        {
            await OnOwnThread(() => Load(entry));
        }
        finally
        {
            _loadTurns.Release();
        }
    }

    private void Load(CacheEntry entry)
    {
        var definition = entry.Definition;
        var stamp = FileStamp.Of(definition.Path);
        var started = _time.GetTimestamp();
        CacheStep step;
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var session = _runtime.Load(definition.File, _stopping.Token);
            var budget = _cache.Budget.Total;
            if (session.Footprint.Bytes > budget)
            {
                session.Dispose();
                throw ModelErrors.TooLarge(definition, session.Footprint.Bytes, budget);
            }

            var workers = definition.Manifest.Workers ?? _options.Workers;
            var scheduler = new ModelScheduler(
                definition.Id.Name, session, _gate, new SchedulerOptions(workers, _options.QueueLength));
            var elapsed = _time.GetElapsedTime(started);
            step = _cache.Loaded(entry, new LoadedModel(definition, session, scheduler, _time, OnReleased), elapsed);
            _log.ModelLoaded(
                definition.Id, elapsed.TotalMilliseconds, session.Footprint.Bytes, session.Footprint.IsMeasured ? "measured" : "estimated");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            step = _cache.Failed(entry, ModelErrors.ShuttingDown(), stamp);
        }
        catch (ServingException e)
        {
            _log.LoadFailed(definition.Id, e.Message);
            step = _cache.Failed(entry, e, stamp);
        }
        catch (Exception e)
        {
            _log.LoadCrashed(definition.Id, e);
            step = _cache.Failed(entry, ModelErrors.LoadFailed(definition, e), stamp);
        }

        Do(step);
    }

    private void Unload(CacheEntry entry, LoadedModel model, ModelDefinition? forModel)
    {
        var bytes = entry.Reservation!.Bytes;
        try
        {
            model.Session.Dispose();
            model.Scheduler.Dispose();
        }
        catch (Exception e)
        {
            _log.UnloadCrashed(entry.Definition.Id, e);
        }

        if (entry.LeaveReason == LeaveReason.Evicted) _log.ModelEvicted(entry.Definition.Id, forModel?.Id.ToString() ?? "the budget", bytes);
        else _log.ModelUnloaded(entry.Definition.Id, entry.LeaveReason, bytes);
        Do(_cache.Unloaded(entry));
    }

    private void OnReleased(LoadedModel model, LeaseCounter.Released left)
    {
        if (left == LeaseCounter.Released.Drained) Do(_cache.Drained(model));
        else if (_cache.IsQueued) Do(_cache.Advance());
    }

    /// <summary>Loads and unloads take long and block: they must not take threads from those that answer requests.</summary>
    private static Task OnOwnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
