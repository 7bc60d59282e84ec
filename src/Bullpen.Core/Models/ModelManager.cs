using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
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
    private readonly ModelRecall _recall;
    private readonly ModelOptimization? _optimization;
    private readonly ExecutionGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    // Never disposed, and neither holds anything to give back: the last load's turn ends after its model is gone, and a
    // second dispose may come.
    private readonly SemaphoreSlim _loadTurns;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A manager over an empty cache.</summary>
    public ModelManager(
        IModelRuntime runtime,
        ModelCache cache,
        IModelHistory history,
        ExecutionGate gate,
        ModelManagerOptions options,
        TimeProvider time,
        ILogger<ModelManager> log,
        ModelOptimization? optimization = null)
    {
        _runtime = runtime;
        _recall = new ModelRecall(runtime, history, cache.Charge, time);
        _cache = cache;
        _gate = gate;
        _options = options;
        _time = time;
        _log = log;
        _optimization = optimization;
        if (optimization is not null) optimization.RoomFreed = () => Do(_cache.Advance());
        _loadTurns = new SemaphoreSlim(options.LoadConcurrency, options.LoadConcurrency);
    }

    /// <summary>The right to use a model, now if it is in memory, otherwise once it is loaded.</summary>
    /// <param name="definition">The model, as the catalogue has it.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the load goes on for the others.</param>
    /// <exception cref="ServingException">The model is broken, too large, gone, or did not become ready within the load wait.</exception>
    public ValueTask<ModelLease> LeaseAsync(ModelDefinition definition, CancellationToken cancellationToken) =>
        _cache.TryLease(definition) is { } lease ? ValueTask.FromResult(lease) : new(WaitForLeaseAsync(definition, cancellationToken));

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

    /// <summary>What is known of one model, from this run of the server or, where that has not measured it yet, from earlier ones.</summary>
    public ModelStatus StatusOf(ModelDefinition definition) => _recall.Complete(_cache.StatusOf(definition), definition);

    /// <summary>Tells the history when each model in memory was last used. To be called now and then.</summary>
    public void RecordUse()
    {
        foreach (var (definition, status) in _cache.Residents())
            if (status.IdleFor is { } idle) _recall.Used(definition, idle);
    }

    /// <summary>
    /// Loads a definition that is to take the place of another, before the catalogue has it. Whatever comes of it,
    /// <see cref="Decided"/> has to follow.
    /// </summary>
    /// <returns>A lease that keeps it in memory, or null where both cannot be in memory at once.</returns>
    /// <exception cref="ServingException">The successor cannot be loaded.</exception>
    internal async Task<ModelLease?> PrepareAsync(ModelDefinition successor, ModelDefinition incumbent, CancellationToken cancellationToken)
    {
        if (!_cache.TryAdmitCandidate(successor, incumbent, ExpectedBytes(successor))) return null;
        try
        {
            return await WaitForLeaseAsync(successor, cancellationToken);
        }
        catch (ServingException e) when (e.Kind == ServingErrorKind.LoadTimeout)
        {
            // Models in use took the room all along: the successor gets that of the one that it replaces.
            return null;
        }
    }

    /// <summary>The catalogue has the successor by now, or it never will and leaves memory again.</summary>
    internal void Decided(ModelDefinition successor, ModelDefinition incumbent) => Do(_cache.CandidateDecided(successor, incumbent));

    /// <summary>Has a model that the catalogue forgot leave memory with its last request; waits for nothing.</summary>
    internal void Retire(ModelDefinition definition) => Do(_cache.Leave(definition, LeaveReason.Replaced, out _));

    /// <summary>No lease is given any more; requests in flight finish; every model is unloaded.</summary>
    public async ValueTask DisposeAsync()
    {
        Do(_cache.Close(out var gone));
        await _stopping.CancelAsync();
        await Task.WhenAll(gone);
    }

    private async Task<ModelLease> WaitForLeaseAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (definition.Fault is { } fault) throw ModelErrors.Faulty(definition, fault);
        var waiter = new TaskCompletionSource<ModelLease>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_cache.Request(definition, ExpectedBytes(definition), FileStamp.Of(definition.File), waiter) is { } ready) return ready;

        try
        {
            Do(_cache.Advance());
            return await waiter.Task.WaitAsync(_options.LoadWait, _time, cancellationToken);
        }
        catch (Exception e) when (e is not ServingException)
        {
            // Whatever ended the wait: a lease that is granted all the same has to come back.
            Do(_cache.Abandon(definition, waiter));
            if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully) (await waiter.Task).Dispose();
            if (e is not TimeoutException) throw;
            throw ModelErrors.LoadTimeout(definition, _options.LoadWait);
        }
    }

    private long ExpectedBytes(ModelDefinition definition)
    {
        try
        {
            // An optimised form that came since the last load is what the next one will be of.
            if (_optimization?.Foresee(definition.File) is { } foreseen)
            {
                _cache.Foresee(definition, _cache.Charge(foreseen));
                return _cache.Charge(foreseen);
            }

            return _cache.MeasuredBytes(definition) ?? _recall.FindBytes(definition) ?? _runtime.EstimateBytes(definition.File);
        }
        catch (Exception e) when (e is not ServingException)
        {
            _log.LoadCrashed(definition.Id, e);
            throw ModelErrors.LoadFailed(definition, e);
        }
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
        var id = entry.Definition.Id;
        var stamp = FileStamp.Of(entry.Definition.File);
        var started = _time.GetTimestamp();
        IReadOnlyList<StampedFile> files;
        LoadedModel model;
        try
        {
            if (!Thread.CurrentThread.IsThreadPoolThread) _runtime.PrepareLoadThread();
            files = _recall.Stamp(entry.Definition);
            model = Open(entry.Definition);
        }
        catch (Exception e)
        {
            Do(_cache.Failed(entry, ErrorOf(entry.Definition, e), stamp));
            if (e is ServingException) _log.LoadFailed(id, e.Message);
            else if (!_stopping.IsCancellationRequested) _log.LoadCrashed(id, e);
            return;
        }

        var footprint = model.Session.Footprint;
        var elapsed = _time.GetElapsedTime(started);
        _recall.Loaded(files, footprint, elapsed);
        Do(_cache.Loaded(entry, model, elapsed));
        _optimization?.Loaded(entry.Definition.File);
        _log.ModelLoaded(id, elapsed.TotalMilliseconds, footprint.Bytes, footprint.IsMeasured ? "measured" : "estimated");
    }

    private LoadedModel Open(ModelDefinition definition)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        var session = _runtime.Load(definition.File, _stopping.Token);
        try
        {
            var (bytes, budget) = (_cache.Charge(session.Footprint), _cache.Budget.Total);
            if (bytes < 0) throw new InvalidOperationException($"The session says that it takes {bytes} bytes.");
            if (bytes > budget) throw ModelErrors.TooLarge(definition, bytes, budget);
            var workers = definition.Manifest.Workers ?? _options.Workers;
            var scheduler = new ModelScheduler(
                definition.Id.Name, session, _gate, new SchedulerOptions(workers, _options.QueueLength));
            return new LoadedModel(definition, session, scheduler, _time, OnReleased);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private ServingException ErrorOf(ModelDefinition definition, Exception exception) => exception switch
    {
        ServingException known => known,
        OperationCanceledException when _stopping.IsCancellationRequested => ModelErrors.ShuttingDown(),
        _ => ModelErrors.LoadFailed(definition, exception),
    };

    private void Unload(CacheEntry entry, LoadedModel model, ModelDefinition? forModel)
    {
        var (id, bytes) = (entry.Definition.Id, entry.Reservation!.Bytes);
        // A model that is deleted takes its last use with it.
        if (entry.LeaveReason != LeaveReason.Requested) _recall.Used(entry.Definition, model.IdleFor(_time.GetTimestamp()));
        try
        {
            model.Session.Dispose();
            model.Scheduler.Dispose();
            if (entry.LeaveReason == LeaveReason.Evicted) _log.ModelEvicted(id, forModel?.Id.ToString() ?? "the budget", bytes);
            else _log.ModelUnloaded(id, entry.LeaveReason, bytes);
        }
        catch (Exception e)
        {
            _log.UnloadCrashed(id, e);
        }
        finally
        {
            Do(_cache.Unloaded(entry));
        }
    }

    private void OnReleased(LoadedModel model, LeaseCounter.Released left)
    {
        if (left == LeaseCounter.Released.Drained) Do(_cache.Drained(model));
        else if (_cache.WantsRoom) Do(_cache.Advance());
    }

    /// <summary>Loads and unloads take long and block: they must not take threads from those that answer requests.</summary>
    private static Task OnOwnThread(Action work)
    {
        try
        {
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (TaskSchedulerException)
        {
            // The system has no thread to give. The cache has decided, and waits for this work: the pool will get to it.
            return Task.Run(work);
        }
    }
}
