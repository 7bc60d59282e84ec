using System.Collections.Concurrent;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// Which models are in memory, which are coming, which must go: a synchronous state machine under one lock. A question
/// comes in, a decision (<see cref="CacheStep"/>) goes out; nothing in here loads, unloads, waits, logs or reads a file.
/// Time comes from the <see cref="TimeProvider"/>. Leases on ready models are taken without the lock.
/// </summary>
public sealed class ModelCache
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<ModelDefinition, CacheEntry> _entries = new();
    private readonly Room _room;
    private readonly CacheInquiry _inquiry;
    private readonly ModelCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<ModelDefinition, bool> _isCurrent;
    private readonly HashSet<ModelDefinition> _candidates = [];
    private bool _isClosed;
    private long _granted;

    /// <summary>An empty cache.</summary>
    /// <param name="budget">The ledger that every load reserves from.</param>
    /// <param name="policy">The order of eviction.</param>
    /// <param name="options">Further limits.</param>
    /// <param name="isCurrent">Whether a definition is still registered: asked under the lock, so that a model cannot come back by a request that was slower than its removal.</param>
    /// <param name="time">The clock.</param>
    public ModelCache(
        MemoryBudget budget, EvictionPolicy policy, ModelCacheOptions options, Func<ModelDefinition, bool> isCurrent, TimeProvider time)
    {
        Budget = budget;
        _options = options;
        _time = time;
        _isCurrent = isCurrent;
        _room = new Room(budget, policy, options, time);
        Spare = new SpareRoom(_gate, _room);
        Fit = new MeasuredFit(_gate, budget, options);
        _inquiry = new CacheInquiry(_room, budget, options, time);
    }

    /// <summary>The ledger.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>Room for what can wait.</summary>
    public SpareRoom Spare { get; }

    /// <summary>Whether a load may stay.</summary>
    internal MeasuredFit Fit { get; }

    /// <inheritdoc cref="Room.IsWanted"/>
    internal bool WantsRoom => _room.IsWanted;

    /// <summary>True while the definition is registered; takes no lock.</summary>
    internal bool IsCurrent(ModelDefinition definition) => _isCurrent(definition);

    /// <summary>A lease on the model if it is ready; takes no lock.</summary>
    internal ModelLease? TryLease(ModelDefinition definition) =>
        _entries.TryGetValue(definition, out var entry) ? entry.Loaded?.TryLease() : null;

    /// <summary>A lease on the model if it is ready, for a client to hold: no request, and so no hit.</summary>
    internal ModelLease? TryHold(ModelDefinition definition)
    {
        if (TryLease(definition) is not { } lease) return null;
        lock (_gate) _granted++;
        return lease;
    }

    /// <summary>The bytes that the model measured in its last load, where that was of this form; or null.</summary>
    internal long? MeasuredBytes(ModelDefinition definition, bool isMapped)
    {
        lock (_gate) return _entries.TryGetValue(definition, out var entry) && entry.IsMeasured && entry.IsMapped == isMapped ? entry.ExpectedBytes : null;
    }

    /// <summary>The next load is known to take these bytes, where it is of another form than the last.</summary>
    internal void Foresee(ModelDefinition definition, long bytes)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(definition, out var entry) && entry.IsMeasured && entry.State is ModelState.Absent or ModelState.Failed)
                entry.ExpectedBytes = bytes;
        }
    }

    /// <summary>A lease now, or null: then <paramref name="waiter"/> is told when the model is there, or why not.</summary>
    /// <exception cref="ServingException">It cannot be loaded: gone, failed a moment ago, too large, too many wait, shutting down.</exception>
    internal ModelLease? Request(
        ModelDefinition definition, long expectedBytes, FileStamp stamp, TaskCompletionSource<ModelLease> waiter, TimeSpan? loadTime = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expectedBytes);
        lock (_gate)
        {
            var entry = Entry_NeedsLock(definition);
            if (entry.Loaded?.TryLease() is { } lease) return lease;
            if (Fit.IsExternal) throw ModelErrors.Gone(definition);

            if (entry.State is ModelState.Absent or ModelState.Failed)
            {
                _room.Expect(entry, expectedBytes, stamp, loadTime);
                _room.RefuseWhatNeverFits(entry);
                _room.Enqueue(entry);
            }

            if (entry.Waiters.Count >= _options.MaxWaiters) throw ModelErrors.TooManyWait(definition, _options.MaxWaiters, _room.ReadyIn(entry));
            entry.Waiters.Add(waiter);
            return null;
        }
    }

    /// <summary>
    /// Loads the model into room that is free now: evicts nothing and passes nobody. Null: there is no such room; a step without
    /// a load: it is in memory or on its way.
    /// </summary>
    /// <exception cref="ServingException">As for a request.</exception>
    internal CacheStep? Preload(
        ModelDefinition definition, long expectedBytes, FileStamp stamp, TaskCompletionSource<ModelLease> waiter, TimeSpan? loadTime)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            var entry = Entry_NeedsLock(definition);
            if (entry.State is not (ModelState.Absent or ModelState.Failed)) return step;
            _room.Expect(entry, expectedBytes, stamp, loadTime);
            if (!_room.TryStartNow(entry, step)) return null;
            entry.Waiters.Add(waiter);
            return step;
        }
    }

    /// <summary>What a caller waits for, or has waited for in vain.</summary>
    internal LoadProspect ProspectOf(ModelDefinition definition)
    {
        lock (_gate) return _entries.TryGetValue(definition, out var entry) ? _room.Prospect(entry) : default;
    }

    /// <summary>A caller no longer waits. A load that has not begun is given up with its last caller.</summary>
    internal CacheStep Abandon(ModelDefinition definition, TaskCompletionSource<ModelLease> waiter)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            if (!_entries.TryGetValue(definition, out var entry)) return step;
            entry.Waiters.Remove(waiter);
            if (entry.Waiters.Count > 0 || !_room.TryDequeue(entry)) return step;
            entry.GivenUpAt = _time.GetTimestamp();
            _room.Advance(step);
            return step;
        }
    }

    /// <summary>Starts the loads for which there is room, and makes room for the first that lacks it.</summary>
    internal CacheStep Advance() => Decide(_room.Advance);

    /// <summary>A load is done: its waiters get leases, and the ledger what was measured.</summary>
    internal CacheStep Loaded(CacheEntry entry, LoadedModel model, TimeSpan loadTime)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            entry.BecomeReady(model, _options.Charge(model.Session.Footprint), loadTime);
            _room.Loaded(entry, loadTime);
            foreach (var waiter in entry.Waiters) step.Grants.Add((waiter, model.TryLease()!));
            _granted += entry.Waiters.Count;
            entry.Waiters.Clear();

            if (entry.LeaveAfterLoad || _isClosed)
                Leave_NeedsLock(entry, _isClosed ? LeaveReason.Shutdown : entry.LeaveReason, step);
            _room.Advance(step);
            return step;
        }
    }

    /// <summary>A load failed: its waiters are told, the next try has to wait, and the memory is free.</summary>
    internal CacheStep Failed(CacheEntry entry, ServingException error, FileStamp stamp)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            var failure = LoadFailure.Now(error, entry.Failure, stamp, _options, _time);
            entry.Failure = failure;
            _room.Release(entry);
            entry.State = ModelState.Failed;
            step.Refuse(entry, _isClosed ? ModelErrors.ShuttingDown : () => failure.ForCaller(failure.TimeLeft(_time)));
            if (!IsWanted_NeedsLock(entry.Definition)) _entries.TryRemove(entry.Definition, out _);
            _room.Advance(step);
            entry.Gone?.SetResult(ModelReturn.Nothing);
            entry.Gone = null;
            return step;
        }
    }

    /// <summary>
    /// The model is to leave memory: at once where no lease is out, with its last lease otherwise, after its load where one
    /// is under way. <paramref name="gone"/> completes when it is gone; it is null where there is nothing to wait for.
    /// </summary>
    internal CacheStep Leave(ModelDefinition definition, LeaveReason reason, out Task<ModelReturn>? gone)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            gone = null;
            if (!_entries.TryGetValue(definition, out var entry)) return step;
            Leave_NeedsLock(entry, reason, step);
            gone = entry.Gone?.Task;
            if (!IsWanted_NeedsLock(definition) && entry.State is ModelState.Absent or ModelState.Failed) _entries.TryRemove(definition, out _);
            _room.Advance(step);
            return step;
        }
    }

    /// <summary>The memory of a model that left is back, as far as <paramref name="back"/> says.</summary>
    internal CacheStep Unloaded(CacheEntry entry, ModelReturn back = default)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            _room.Release(entry);
            entry.State = ModelState.Absent;
            var gone = entry.Gone;
            entry.Gone = null;

            if (_isClosed)
                step.Refuse(entry, ModelErrors.ShuttingDown);
            else if (!IsWanted_NeedsLock(entry.Definition))
                step.Refuse(entry, () => ModelErrors.Gone(entry.Definition));
            else if (entry.Waiters.Count > 0)
                _room.Enqueue(entry);

            if (entry.State == ModelState.Absent && !IsWanted_NeedsLock(entry.Definition)) _entries.TryRemove(entry.Definition, out _);
            _room.Advance(step);
            gone!.SetResult(back);
            return step;
        }
    }

    /// <summary>The last lease of a draining model came back: the owner of this call unloads it.</summary>
    internal CacheStep Drained(LoadedModel model) => Decide(step =>
    {
        var entry = _entries[model.Definition];
        entry.State = ModelState.Unloading;
        step.Unloads.Add((entry, model, null));
    });

    /// <summary>
    /// Every model that was idle for too long leaves, or of all only <paramref name="model"/>: where the return of its last
    /// lease is to be its end. To be called now and then.
    /// </summary>
    internal CacheStep Expire(LoadedModel? model = null) => Decide(step =>
    {
        _room.Expire(model is null ? _room.InMemory : _room.InMemory.Where(entry => entry.Model == model).ToList(), step);
        // Where it may not expire, the return of its lease may still make room.
        _room.Advance(step);
    });

    /// <summary>Pins the model, or unpins it; null: as its manifest says. Outlives an eviction and a replacement, not a restart.</summary>
    /// <exception cref="ServingException">It is not registered, or the server is shutting down.</exception>
    internal CacheStep Pin(ModelDefinition definition, bool? isPinned) => Decide(step =>
    {
        Entry_NeedsLock(definition).PinOverride = isPinned;
        _room.Advance(step);
    });

    /// <summary>What an operator said of <paramref name="current"/>, and that it was in memory, holds for what takes its place.</summary>
    internal void HandDown(ModelDefinition current, ModelDefinition successor)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(current, out var entry) || !IsWanted_NeedsLock(successor)) return;
            _entries.GetOrAdd(successor, static key => new CacheEntry(key)).Inherit(entry, _room.PolicyName, _time);
        }
    }

    /// <summary>No more leases; every model leaves. The tasks complete when all are gone.</summary>
    internal CacheStep Close(out Task<ModelReturn>[] gone)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            _isClosed = true;
            foreach (var entry in _entries.Values) Leave_NeedsLock(entry, LeaveReason.Shutdown, step);
            gone = _entries.Values.Where(entry => entry.Gone is not null).Select(entry => entry.Gone!.Task).ToArray();
            return step;
        }
    }

    /// <summary>What is known of one model.</summary>
    public ModelStatus StatusOf(ModelDefinition definition)
    {
        lock (_gate) return _entries.TryGetValue(definition, out var entry) ? _room.StatusOf(entry) : ModelStatus.NeverLoaded;
    }

    /// <summary>The models in memory, coming, or leaving.</summary>
    public IReadOnlyList<(ModelDefinition Definition, ModelStatus Status)> Residents()
    {
        lock (_gate) return _room.InMemory.Select(entry => (entry.Definition, _room.StatusOf(entry))).ToList();
    }

    /// <summary>The cache now: the models from <paramref name="start"/> by name, as many as <paramref name="limit"/>, and as many victims.</summary>
    public CacheReport Report(int start, int limit)
    {
        CacheEntry[] all;
        lock (_gate) all = [.. _room.InMemory];
        var sorted = CacheInquiry.ById(all);
        lock (_gate) return _inquiry.Report(sorted, start, limit);
    }

    /// <summary>Why the model is in memory or is not, and what asking for it would do now.</summary>
    /// <exception cref="ServingException">It is not registered, or the server is shutting down.</exception>
    internal (CacheExplanation Explanation, EvictionPlan Plan) Explain(
        ModelDefinition definition, long bytes, bool isMeasured, TimeSpan? loadTime, FileStamp stamp)
    {
        lock (_gate)
        {
            if (_isClosed) throw ModelErrors.ShuttingDown();
            if (!IsWanted_NeedsLock(definition)) throw ModelErrors.Gone(definition);
            return _inquiry.Explain(_entries.GetValueOrDefault(definition) ?? new CacheEntry(definition), bytes, isMeasured, loadTime, stamp);
        }
    }

    /// <summary>What it has counted: a walk over the models in memory, not over all that are known.</summary>
    public CacheUsage Usage()
    {
        lock (_gate) return _inquiry.Usage(_granted);
    }

    /// <summary>Each model that was ever asked for and is still known, and its part.</summary>
    public IReadOnlyList<ModelShare> Shares()
    {
        lock (_gate) return [.. _entries.Values.Select(entry => entry.Share)];
    }

    /// <summary>The models that could be evicted now, in the order in which they would go, with what each is worth to the policy.</summary>
    public IReadOnlyList<(ModelDefinition Definition, double Worth)> VictimOrder()
    {
        lock (_gate) return _room.VictimOrder().ConvertAll(victim => (victim.Entry.Definition, victim.Worth));
    }

    /// <summary>
    /// Lets a definition be loaded that is to take the place of <paramref name="current"/>, before the catalogue has it.
    /// </summary>
    /// <param name="candidate">The successor.</param>
    /// <param name="current">The model in service.</param>
    /// <param name="expectedBytes">Bytes that the successor will take.</param>
    /// <returns>False where the budget or the count cannot hold both beside the pinned models: then nothing is changed.</returns>
    internal bool TryAdmitCandidate(ModelDefinition candidate, ModelDefinition current, long expectedBytes)
    {
        lock (_gate)
        {
            _entries.TryGetValue(current, out var entry);
            if (!_room.HoldsBoth(entry, expectedBytes)) return false;
            _candidates.Add(candidate);
            if (entry is null) return true;
            entry.HasCandidate = true;
            _room.Count(entry);
            _entries.GetOrAdd(candidate, static key => new CacheEntry(key)).Uses.Inherit(entry.Uses);
            return true;
        }
    }

    /// <summary>The replacement is decided: a candidate that the catalogue does not have by now is to leave.</summary>
    internal CacheStep CandidateDecided(ModelDefinition candidate, ModelDefinition current)
    {
        lock (_gate)
        {
            _candidates.Remove(candidate);
            if (_entries.TryGetValue(current, out var entry)) entry.HasCandidate = false;
        }

        return _isCurrent(candidate) ? new CacheStep() : Leave(candidate, LeaveReason.Replaced, out _);
    }

    private CacheEntry Entry_NeedsLock(ModelDefinition definition)
    {
        if (_isClosed) throw ModelErrors.ShuttingDown();
        if (!IsWanted_NeedsLock(definition)) throw ModelErrors.Gone(definition);
        return _entries.GetOrAdd(definition, static key => new CacheEntry(key));
    }

    /// <summary>True for what may be loaded: what is registered, and what is about to be.</summary>
    private bool IsWanted_NeedsLock(ModelDefinition definition) => _isCurrent(definition) || _candidates.Contains(definition);

    private void Leave_NeedsLock(CacheEntry entry, LeaveReason reason, CacheStep step) => _room.Leave(
        entry, reason, _isClosed ? ModelErrors.ShuttingDown : IsWanted_NeedsLock(entry.Definition) ? null : () => ModelErrors.Gone(entry.Definition), step);

    private CacheStep Decide(Action<CacheStep> decide)
    {
        var step = new CacheStep();
        lock (_gate) decide(step);
        return step;
    }
}
