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
    private readonly ExecutionGate _gate;
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
        ModelManagerOptions options,
        TimeProvider time,
        ModelMeter meter,
        ILogger<ModelManager> log)
    {
        _runtime = runtime;
        _recall = new ModelRecall(runtime, history, time);
        _cache = cache;
        _gate = gate;
        _options = options;
        _time = time;
        _meter = meter;
        _log = log;
        _thrash = new ThrashWarning(time, log);
        _loadTurns = new LoadTurns(options.LoadConcurrency, options.LongestTurn, time, log);
    }

    /// <summary>
    /// Told of a model that is to leave, whoever holds it: it was deleted, its files are gone, or it is in its successor's way. Who holds leases
    /// for long has to return them.
    /// </summary>
    internal Action<ModelDefinition>? Revoked { get; set; }

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
    /// <returns>What came back; null where it was not in memory.</returns>
    public async Task<ModelReturn?> UnloadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        Do(_cache.Leave(definition, LeaveReason.Requested, out var gone));
        Revoke(definition);
        return gone is null ? null : await gone.WaitAsync(cancellationToken);
    }

    /// <summary>What is known of one model, from this run of the server or, where that has not measured it yet, from earlier ones.</summary>
    public ModelStatus StatusOf(ModelDefinition definition) => _recall.Complete(_cache.StatusOf(definition), definition);

    /// <summary>What asking for the model would do now; changes nothing.</summary>
    /// <exception cref="ServingException">It is broken, gone, or cannot be read; or the server is shutting down.</exception>
    public EvictionPlan Plan(ModelDefinition definition)
    {
        if (definition.Fault is { } fault) throw ModelErrors.Faulty(definition, fault);
        return Explained(definition).Plan;
    }

    /// <summary>Why the model is in memory, or is not.</summary>
    /// <exception cref="ServingException">It is gone, or the server is shutting down.</exception>
    public CacheExplanation Explain(ModelDefinition definition)
    {
        if (definition.Fault is { } fault) return new(definition, ResidencyCause.Broken, StatusOf(definition)) { Sentence = fault };
        try
        {
            var (explanation, plan) = Explained(definition);
            explanation = explanation with { Status = _recall.Complete(explanation.Status with { ExpectedBytes = plan.NeededBytes }, definition) };
            return explanation with { Sentence = ExplanationText.Of(explanation, plan, _time.GetUtcNow()) };
        }
        catch (ServingException e) when (e.Kind is not (ServingErrorKind.ModelNotFound or ServingErrorKind.ShuttingDown))
        {
            // Its file cannot even be looked at.
            return new(definition, ResidencyCause.Broken, StatusOf(definition)) { Sentence = e.Message };
        }
    }

    /// <summary>
    /// Pins a model while the server runs: it is not evicted, and not unloaded for being idle; it is not loaded for it either.
    /// Holds through unloads and replacements of its files, not through a delete or a restart; a manifest's <c>pin</c> does.
    /// </summary>
    /// <param name="definition">The model, as the catalogue has it.</param>
    /// <param name="isPinned">False takes also a manifest's pin away; null: as the manifest says.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public void Pin(ModelDefinition definition, bool? isPinned) => Do(_cache.Pin(definition, isPinned));

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

        var started = _time.GetTimestamp();
        try
        {
            Do(_cache.Advance());
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

    private (CacheExplanation Explanation, EvictionPlan Plan) Explained(ModelDefinition definition)
    {
        var (bytes, loadTime) = Expected(definition);
        return _cache.Explain(definition, bytes, StatusOf(definition).IsMeasured, loadTime, FileStamp.Of(definition.File));
    }

    private (long Bytes, TimeSpan? LoadTime) Expected(ModelDefinition definition)
    {
        try
        {
            if (_cache.MeasuredBytes(definition) is { } measured) return (measured, null);
            return _recall.Find(definition) is { } known ? (known.Bytes, known.LoadTime) : (_runtime.EstimateBytes(definition.File), null);
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
        _thrash.Report(step.Reloads);
        _meter.Reloaded(step.Reloads.Count);
    }

    private async Task LoadInTurnAsync(CacheEntry entry)
    {
        using (await _loadTurns.EnterAsync(entry.Definition.Id))
            await OnOwnThread(() => Load(entry));
    }

    private void Load(CacheEntry entry)
    {
        var id = entry.Definition.Id;
        var stamp = FileStamp.Of(entry.Definition.File);
        var started = _time.GetTimestamp();
        entry.LoadingSince = started;
        IReadOnlyList<StampedFile> files;
        LoadedModel model;
        try
        {
            files = _recall.Stamp(entry.Definition);
            model = Open(entry.Definition);
        }
        catch (Exception e)
        {
            var error = ErrorOf(entry.Definition, e);
            _meter.LoadFailed(error.Kind);
            Do(_cache.Failed(entry, error, stamp));
            if (e is ServingException) _log.LoadFailed(id, e.Message);
            else if (!_stopping.IsCancellationRequested) _log.LoadCrashed(id, e);
            return;
        }

        var footprint = model.Session.Footprint;
        var elapsed = _time.GetElapsedTime(started);
        var reserved = entry.Reservation!.Bytes;
        _recall.Loaded(files, footprint, elapsed);
        _meter.Loaded(elapsed);
        Do(_cache.Loaded(entry, model, elapsed));
        SayIfMoreThanReserved(id, footprint.Bytes, reserved);
        _log.ModelLoaded(id, elapsed.TotalMilliseconds, footprint.Bytes, footprint.IsMeasured ? "measured" : "estimated");
    }

    private void SayIfMoreThanReserved(ModelId id, long measured, long reserved)
    {
        var ledger = _cache.Budget.Ledger;
        if (measured <= reserved) return;
        if (ledger.Overshoot > 0) _log.Overshot(id, measured, reserved, ledger.Total, ledger.Overshoot);
        else _log.TookMore(id, measured, reserved, ledger.Total);
    }

    private LoadedModel Open(ModelDefinition definition)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        var session = _runtime.Load(definition.File, _stopping.Token);
        try
        {
            var (bytes, budget) = (session.Footprint.Bytes, _cache.Budget.Total);
            if (bytes < 0) throw new InvalidOperationException($"The session says that it takes {bytes} bytes.");
            if (bytes > budget) throw ModelErrors.TooLarge(definition, bytes, budget);
            var workers = definition.Manifest.Workers ?? _options.Workers;
            var scheduler = new ModelScheduler(
                definition.Id.Name, session, _gate, new SchedulerOptions(workers, _options.QueueLength), _meter.ModelQueueRefused);
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
        RecordUse(entry.Definition, model.IdleFor(_time.GetTimestamp()));
        var back = default(ModelReturn);
        try
        {
            back = ModelReturn.Of(model.Session.Unload(), bytes, entry.IsMeasured);
            model.Scheduler.Dispose();
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
