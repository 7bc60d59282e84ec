using System.Globalization;
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
    private readonly ModelMeter _meter;
    private readonly ModelOptimization? _optimization;
    private readonly ModelOpening _opening;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    private readonly LoadTurns _loadTurns;
    private readonly ThrashWarning _thrash;

    // Never disposed, and holds nothing to give back: a second dispose may come.
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>A manager over an empty cache.</summary>
    public ModelManager(
        IModelRuntime runtime,
        ModelCache cache,
        IModelHistory history,
        ExecutionGate gate,
        IWarmUp warmUp,
        ModelManagerOptions options,
        TimeProvider time,
        ModelMeter meter,
        ILogger<ModelManager> log,
        ModelOptimization? optimization = null)
    {
        _runtime = runtime;
        _recall = new ModelRecall(runtime, history, cache.Fit.Charge, time);
        _cache = cache;
        _options = options;
        Scale = new ModelScale(options, gate, meter.ModelQueueRefused);
        _opening = new ModelOpening(runtime, cache.Fit, _recall, Scale, warmUp, time);
        _time = time;
        _meter = meter;
        _log = log;
        _optimization = optimization;
        cache.Spare.Do = Do;
        _thrash = new ThrashWarning(time, log);
        _loadTurns = new LoadTurns(options.LoadConcurrency, options.LongestTurn, time, log);
    }

    /// <summary>Told of a model that is to leave, whoever holds it for long: deleted, its files gone, or in its successor's way.</summary>
    internal Action<ModelDefinition>? Revoked { get; set; }

    /// <summary>The right to use a model, now if it is in memory, otherwise once it is loaded.</summary>
    /// <param name="definition">The model, as the catalogue has it.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the load goes on for the others.</param>
    /// <exception cref="ServingException">The model is broken, too large, gone, or did not become ready within the load wait.</exception>
    public ValueTask<ModelLease> LeaseAsync(ModelDefinition definition, CancellationToken cancellationToken) =>
        _cache.TryLease(definition) is { } lease ? ValueTask.FromResult(lease) : new(WaitForLeaseAsync(definition, cancellationToken));

    /// <summary>The same for a client that holds it between requests.</summary>
    internal ValueTask<ModelLease> HoldAsync(ModelDefinition definition, CancellationToken cancellationToken) =>
        _cache.TryHold(definition) is { } lease ? ValueTask.FromResult(lease) : new(WaitForLeaseAsync(definition, cancellationToken));

    /// <summary>Loads a model into room that is free, evicting nothing; returns when it is loaded, or under way for others.</summary>
    /// <returns>False where there is no such room, or others wait for it.</returns>
    /// <exception cref="ServingException">It cannot be loaded, or not within the load wait.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<bool> PreloadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Fault is { } fault) throw ModelErrors.Faulty(definition, fault);
        var waiter = new TaskCompletionSource<ModelLease>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (bytes, loadTime) = Expected(definition);
        _cache.Foresee(definition, bytes);
        if (_cache.Preload(definition, bytes, FileStamp.Of(definition.File), waiter, loadTime) is not { } step) return false;
        if (step.Loads.Count > 0) (await GrantedAsync(definition, waiter, () => step, cancellationToken)).Dispose();
        return true;
    }

    /// <summary>
    /// Has the model leave memory: requests in flight finish, then it is unloaded. Returns when its memory is given back.
    /// To keep it from coming back, remove it from the catalogue first.
    /// </summary>
    /// <returns>What came back; null where it was not in memory.</returns>
    public async Task<ModelReturn?> UnloadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        Do(_cache.Leave(definition, LeaveReason.Requested, out var gone));
        Revoke(definition);
        return gone is null ? null : await gone.WaitAsync(cancellationToken);
    }

    /// <summary>What is known of one model, from this run of the server or, where that has not measured it yet, from earlier ones.</summary>
    public ModelStatus StatusOf(ModelDefinition definition) => _recall.Complete(_cache.StatusOf(definition), definition);

    /// <summary>
    /// Pins a model while the server runs: it is not evicted, and not unloaded for being idle; it is not loaded for it either.
    /// Holds through unloads and replacements of its files, not through a delete or a restart; a manifest's <c>pin</c> does.
    /// </summary>
    /// <param name="definition">The model, as the catalogue has it.</param>
    /// <param name="isPinned">False takes also a manifest's pin away; null: as the manifest says.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public void Pin(ModelDefinition definition, bool? isPinned) => Do(_cache.Pin(definition, isPinned));

    /// <summary>Who says how many requests run in each model at once.</summary>
    internal ModelScale Scale { get; }

    /// <summary>Unloads the models that were idle for longer than they may be. To be called now and then.</summary>
    public void ExpireIdle() => Do(_cache.Expire());

    /// <summary>Tells the history when each model in memory was last used. To be called now and then.</summary>
    public void RecordUse()
    {
        foreach (var (definition, status) in _cache.Residents())
            if (status is { State: ModelState.Ready, IdleFor: { } idle }) RecordUse(definition, idle);
    }

    /// <summary>
    /// Loads a definition that is to take the place of another, before the catalogue has it. Whatever comes of it,
    /// <see cref="Decided"/> has to follow.
    /// </summary>
    /// <returns>A lease that keeps it in memory, or null where both cannot be in memory at once.</returns>
    /// <exception cref="ServingException">The successor cannot be loaded.</exception>
    internal async Task<ModelLease?> PrepareAsync(ModelDefinition successor, ModelDefinition incumbent, CancellationToken cancellationToken)
    {
        if (!_cache.TryAdmitCandidate(successor, incumbent, Expected(successor).Bytes)) return null;
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

    /// <summary>Has those who hold leases on the model for long return them.</summary>
    internal void Revoke(ModelDefinition definition) => Revoked?.Invoke(definition);

    /// <summary>Has a model that the catalogue forgot leave memory with its last request; waits for nothing.</summary>
    internal void Retire(ModelDefinition definition, ModelDefinition? successor = null)
    {
        if (successor is not null) _cache.HandDown(definition, successor);
        Do(_cache.Leave(definition, LeaveReason.Replaced, out _));
        if (successor is null) Revoke(definition);
    }

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
        if (Request(definition, waiter) is { } ready) return ready;
        return await GrantedAsync(definition, waiter, _cache.Advance, cancellationToken);
    }

    /// <summary>Does the step that the waiter waits for, and waits for its lease.</summary>
    private async Task<ModelLease> GrantedAsync(
        ModelDefinition definition, TaskCompletionSource<ModelLease> waiter, Func<CacheStep> step, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            Do(step());
            return await waiter.Task.WaitAsync(_options.LoadWait, _time, cancellationToken);
        }
        catch (Exception e) when (e is not ServingException)
        {
            var prospect = e is TimeoutException ? _cache.ProspectOf(definition) : default;
            // Whatever ended the wait: a lease that is granted all the same has to come back.
            Do(_cache.Abandon(definition, waiter));
            if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully) (await waiter.Task).Dispose();
            if (e is not TimeoutException) throw;
            throw ModelErrors.LoadTimeout(definition, _options.LoadWait, prospect);
        }
        finally
        {
            _meter.Waited(_time.GetElapsedTime(started));
        }
    }

    private ModelLease? Request(ModelDefinition definition, TaskCompletionSource<ModelLease> waiter)
    {
        ModelLease? ready = null;
        try
        {
            var (bytes, loadTime) = Expected(definition);
            _cache.Foresee(definition, bytes);
            return ready = _cache.Request(definition, bytes, FileStamp.Of(definition.File), waiter, loadTime);
        }
        catch (ServingException e) when (e.Kind == ServingErrorKind.Overloaded)
        {
            _meter.LoadQueueRefused();
            throw;
        }
        finally
        {
            if (ready is null) _meter.Missed();
        }
    }

    /// <summary>What the next load of the model will take, by its last, by earlier runs, or by an estimate; changes nothing.</summary>
    internal (long Bytes, TimeSpan? LoadTime) Expected(ModelDefinition definition)
    {
        try
        {
            // What was measured says nothing where the optimised form came, or went, since: the next load is of the other.
            var foreseen = _optimization?.Foresee(definition.File);
            var isMapped = foreseen is not null;
            if (_cache.MeasuredBytes(definition, isMapped) is { } measured) return (measured, null);
            return _recall.Expect(definition, isMapped) is { } known ? (known.Bytes, known.LoadTime)
                : foreseen is { } form ? (_cache.Fit.Charge(form), null)
                : (_runtime.EstimateBytes(definition.File), null);
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
        _thrash.Report(step.Reloads);
        _meter.Reloaded(step.Reloads.Count);
        if (step.WantsSpare) _optimization?.GiveWay();
        foreach (var (entry, model, forModel) in step.Unloads) _ = OwnThread.For(() => Unload(entry, model, forModel));
        foreach (var entry in step.Loads) _ = LoadInTurnAsync(entry);
    }

    private async Task LoadInTurnAsync(CacheEntry entry)
    {
        using (await _loadTurns.EnterAsync(entry.Definition.Id))
            (await OwnThread.ForLoad(() => Load(entry)))();
    }

    /// <summary>Loads; what comes back tells everybody, on a thread of normal priority.</summary>
    private Action Load(CacheEntry entry)
    {
        var id = entry.Definition.Id;
        var stamp = default(FileStamp);
        var started = _time.GetTimestamp();
        entry.LoadingSince = started;
        IReadOnlyList<StampedFile> files;
        LoadedModel model;
        try
        {
            if (!Thread.CurrentThread.IsThreadPoolThread) _runtime.PrepareLoadThread();
            stamp = FileStamp.Of(entry.Definition.File);
            files = _recall.Stamp(entry.Definition);
            model = _opening.Open(entry, files, OnReleased, _stopping.Token);
        }
        catch (Exception e)
        {
            return () =>
            {
                var error = ErrorOf(entry.Definition, e);
                _meter.LoadFailed(error.Kind);
                Do(_cache.Failed(entry, error, stamp));
                if (e is ServingException) _log.LoadFailed(id, e.Message);
                else if (!_stopping.IsCancellationRequested) _log.LoadCrashed(id, e);
            };
        }

        var elapsed = _time.GetElapsedTime(started);
        return () => Loaded(entry, model, files, elapsed);
    }

    private void Loaded(CacheEntry entry, LoadedModel model, IReadOnlyList<StampedFile> files, TimeSpan elapsed)
    {
        var id = entry.Definition.Id;
        var footprint = model.Session.Footprint;
        var reserved = entry.Reservation!.Bytes;
        _recall.Loaded(files, footprint, elapsed);
        _meter.Loaded(elapsed);
        Do(_cache.Loaded(entry, model, elapsed));
        if (footprint.IsMeasured) _log.Compared(id, _cache.Fit.Charge(footprint), reserved, _cache.Budget.Ledger);
        _optimization?.Loaded(entry.Definition.File);
        _log.ModelLoaded(id, elapsed.TotalMilliseconds, footprint.Bytes, footprint.IsMeasured ? "measured" : "estimated");
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
        var back = default(ModelReturn);
        try
        {
            RecordUse(entry.Definition, model.IdleFor(_time.GetTimestamp()));
            // What was mapped comes back as well, charged or not.
            var footprint = model.Session.Footprint;
            back = ModelReturn.Of(model.Session.Unload(), bytes + footprint.Bytes - _cache.Fit.Charge(footprint), entry.IsMeasured);
            var (reclaimed, residue) = (Known(back.Reclaimed), Known(back.Residue));
            if (entry.LeaveReason == LeaveReason.Evicted) _log.ModelEvicted(id, forModel?.Id.ToString() ?? "the budget", bytes, reclaimed, residue);
            else _log.ModelUnloaded(id, entry.LeaveReason, bytes, reclaimed, residue);
        }
        catch (Exception e)
        {
            _log.UnloadCrashed(id, e);
        }
        finally
        {
            _meter.Left(entry.LeaveReason, _time.GetElapsedTime(model.LoadedAt));
            Do(_cache.Unloaded(entry, back));
        }
    }

    /// <summary>A model that the catalogue has no more took its last use with it; one that was replaced leaves it to its successor.</summary>
    private void RecordUse(ModelDefinition definition, TimeSpan idle)
    {
        if (_cache.IsCurrent(definition)) _recall.Used(definition, idle);
    }

    private static string Known(long? bytes) => bytes?.ToString(CultureInfo.InvariantCulture) ?? "unknown";

    private void OnReleased(LoadedModel model, LeaseCounter.Released left)
    {
        if (left == LeaseCounter.Released.Drained) Do(_cache.Drained(model));
        else if (model.KeepAlive is { Time.Ticks: 0 }) Do(_cache.Expire(model));
        else if (_cache.WantsRoom) Do(_cache.Advance());
    }
}
