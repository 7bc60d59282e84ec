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
    private readonly List<CacheEntry> _queue = [];
    private readonly HashSet<CacheEntry> _inMemory = [];
    private readonly VictimSelector _victims;
    private readonly ModelCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<ModelDefinition, bool> _isCurrent;
    private volatile bool _wantsRoom;
    private bool _isClosed;

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
        _victims = new VictimSelector(policy, options, time);
    }

    /// <summary>The ledger.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>How many models may be in memory at once, or null.</summary>
    public int? MaxModels => _options.MaxModels;

    /// <summary>While loads wait for room, or the budget is overshot: a lease that returns is then worth an <see cref="Advance"/>.</summary>
    internal bool WantsRoom => _wantsRoom;

    /// <summary>A lease on the model if it is ready; takes no lock.</summary>
    internal ModelLease? TryLease(ModelDefinition definition) =>
        _entries.TryGetValue(definition, out var entry) ? entry.Loaded?.TryLease() : null;

    /// <summary>The bytes that the model measured in its last load, or null.</summary>
    internal long? MeasuredBytes(ModelDefinition definition)
    {
        lock (_gate) return _entries.TryGetValue(definition, out var entry) && entry.IsMeasured ? entry.ExpectedBytes : null;
    }

    /// <summary>A lease now, or null: then <paramref name="waiter"/> is told when the model is there, or why not.</summary>
    /// <exception cref="ServingException">It cannot be loaded: gone, failed a moment ago, too large, too many wait, shutting down.</exception>
    internal ModelLease? Request(
        ModelDefinition definition, long expectedBytes, FileStamp stamp, TaskCompletionSource<ModelLease> waiter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expectedBytes);
        lock (_gate)
        {
            if (_isClosed) throw ModelErrors.ShuttingDown();
            if (!_isCurrent(definition)) throw ModelErrors.Gone(definition);
            var entry = _entries.GetOrAdd(definition, static key => new CacheEntry(key));
            if (entry.Loaded?.TryLease() is { } lease) return lease;

            if (entry.State is ModelState.Absent or ModelState.Failed)
            {
                if (entry.Failure is { } failure && failure.Stamp == stamp && failure.TimeLeft(_time) is var left && left > TimeSpan.Zero)
                    throw failure.ForCaller(left);
                if (!entry.IsMeasured) entry.ExpectedBytes = expectedBytes;
                ThrowIfNeverRoom_NeedsLock(entry);
                Enqueue_NeedsLock(entry);
            }

            if (entry.Waiters.Count >= _options.MaxWaiters) throw ModelErrors.TooManyWait(definition, _options.MaxWaiters);
            entry.Waiters.Add(waiter);
            return null;
        }
    }

    /// <summary>A caller no longer waits. A load that has not begun is given up with its last caller.</summary>
    internal CacheStep Abandon(ModelDefinition definition, TaskCompletionSource<ModelLease> waiter)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            if (!_entries.TryGetValue(definition, out var entry)) return step;
            entry.Waiters.Remove(waiter);
            if (entry.Waiters.Count == 0 && _queue.Remove(entry))
            {
                entry.State = ModelState.Absent;
                Advance_NeedsLock(step);
            }

            return step;
        }
    }

    /// <summary>Starts the loads for which there is room, and makes room for the first that lacks it.</summary>
    internal CacheStep Advance()
    {
        lock (_gate)
        {
            var step = new CacheStep();
            Advance_NeedsLock(step);
            return step;
        }
    }

    /// <summary>A load is done: its waiters get leases, and the ledger what was measured.</summary>
    internal CacheStep Loaded(CacheEntry entry, LoadedModel model, TimeSpan loadTime)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            var footprint = model.Session.Footprint;
            if (footprint.IsMeasured || !entry.IsMeasured) entry.ExpectedBytes = footprint.Bytes;
            entry.IsMeasured |= footprint.IsMeasured;
            entry.Reservation!.Commit(entry.ExpectedBytes);
            entry.Failure = null;
            entry.Loads++;
            entry.LoadTime = loadTime;
            entry.State = ModelState.Ready;
            entry.Model = model;
            entry.Loaded = model;
            foreach (var waiter in entry.Waiters) step.Grants.Add((waiter, model.TryLease()!));
            entry.Waiters.Clear();

            if (entry.LeaveAfterLoad || _isClosed)
                BeginToLeave_NeedsLock(entry, _isClosed ? LeaveReason.Shutdown : LeaveReason.Requested, step);
            Advance_NeedsLock(step);
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
            Remove_NeedsLock(entry);
            entry.State = ModelState.Failed;
            Refuse_NeedsLock(entry, _isClosed ? ModelErrors.ShuttingDown : () => failure.ForCaller(failure.TimeLeft(_time)), step);
            if (!_isCurrent(entry.Definition)) _entries.TryRemove(entry.Definition, out _);
            Advance_NeedsLock(step);
            entry.Gone?.SetResult();
            entry.Gone = null;
            return step;
        }
    }

    /// <summary>
    /// The model is to leave memory: at once where no lease is out, with its last lease otherwise, after its load where one
    /// is under way. <paramref name="gone"/> completes when it is gone; it is null where there is nothing to wait for.
    /// </summary>
    internal CacheStep Leave(ModelDefinition definition, LeaveReason reason, out Task? gone)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            gone = null;
            if (!_entries.TryGetValue(definition, out var entry)) return step;
            Leave_NeedsLock(entry, reason, step);
            gone = entry.Gone?.Task;
            if (!_isCurrent(definition) && entry.State is ModelState.Absent or ModelState.Failed) _entries.TryRemove(definition, out _);
            Advance_NeedsLock(step);
            return step;
        }
    }

    /// <summary>The memory of a model that left is back.</summary>
    internal CacheStep Unloaded(CacheEntry entry)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            Remove_NeedsLock(entry);
            entry.State = ModelState.Absent;
            var gone = entry.Gone;
            entry.Gone = null;

            if (_isClosed)
                Refuse_NeedsLock(entry, ModelErrors.ShuttingDown, step);
            else if (!_isCurrent(entry.Definition))
                Refuse_NeedsLock(entry, () => ModelErrors.Gone(entry.Definition), step);
            else if (entry.Waiters.Count > 0)
                Enqueue_NeedsLock(entry);

            if (entry.State == ModelState.Absent && !_isCurrent(entry.Definition)) _entries.TryRemove(entry.Definition, out _);
            Advance_NeedsLock(step);
            gone!.SetResult();
            return step;
        }
    }

    /// <summary>The last lease of a draining model came back: the owner of this call unloads it.</summary>
    internal CacheStep Drained(LoadedModel model)
    {
        lock (_gate)
        {
            var step = new CacheStep();
            var entry = _entries[model.Definition];
            entry.State = ModelState.Unloading;
            step.Unloads.Add((entry, model, null));
            return step;
        }
    }

    /// <summary>No more leases; every model leaves. The tasks complete when all are gone.</summary>
    internal CacheStep Close(out Task[] gone)
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
        lock (_gate)
        {
            return _entries.TryGetValue(definition, out var entry) ? entry.Status(_time) : ModelStatus.NeverLoaded;
        }
    }

    /// <summary>The models in memory, coming, or leaving.</summary>
    public IReadOnlyList<(ModelDefinition Definition, ModelStatus Status)> Residents()
    {
        lock (_gate)
        {
            return _inMemory.Select(entry => (entry.Definition, entry.Status(_time))).ToList();
        }
    }

    private void Advance_NeedsLock(CacheStep step)
    {
        // A lease that comes back after the barrier finds the flag set and asks again; one that came back before it is
        // counted as back below. Without the barrier both could miss each other.
        _wantsRoom = _queue.Count > 0 || Budget.Ledger.Overshoot > 0;
        Interlocked.MemoryBarrier();

        // An overshoot cannot wait until idle models cover all of it: the memory is taken already.
        var ledger = Budget.Ledger;
        var overshoot = Math.Min(ledger.Overshoot - ledger.Draining, VictimSelector.IdleBytes(_inMemory));
        if (overshoot > 0) Evict_NeedsLock(overshoot, 0, null, step);

        for (var i = 0; i < _queue.Count;)
        {
            var entry = _queue[i];
            if (TryStart_NeedsLock(entry, step)) continue;
            if (i == 0 && MakeRoom_NeedsLock(entry, step)) break;
            if (_time.GetElapsedTime(_queue[0].QueuedAt) >= _options.PassingLimit) break;
            i++;
        }

        _wantsRoom = _queue.Count > 0 || Budget.Ledger.Overshoot > 0;
    }

    private bool TryStart_NeedsLock(CacheEntry entry, CacheStep step)
    {
        if (_inMemory.Count >= _options.MaxModels) return false;
        if (Budget.TryReserve(entry.ExpectedBytes) is not { } reservation) return false;
        entry.Reservation = reservation;
        _inMemory.Add(entry);
        _queue.Remove(entry);
        step.Loads.Add(entry);
        return true;
    }

    /// <summary>True where room is about to be free: by models being unloaded already, or by victims chosen now.</summary>
    private bool MakeRoom_NeedsLock(CacheEntry entry, CacheStep step)
    {
        var unloading = In_NeedsLock(ModelState.Unloading);
        var bytes = entry.ExpectedBytes + Budget.Ledger.Used - Budget.Total - unloading.Bytes;
        var slots = _options.MaxModels is { } limit ? _inMemory.Count + 1 - limit - unloading.Count : 0;
        if (bytes <= 0 && slots <= 0) return true;

        // Models that drain are in use, for nobody knows how long, but where they will do no other need go.
        var draining = In_NeedsLock(ModelState.Draining);
        return (bytes > draining.Bytes || slots > draining.Count) && Evict_NeedsLock(bytes, slots, entry.Definition, step);
    }

    private bool Evict_NeedsLock(long bytes, int slots, ModelDefinition? forModel, CacheStep step)
    {
        var victims = _victims.Close(_inMemory, bytes, slots);
        foreach (var victim in victims)
        {
            var model = victim.Loaded!;
            Drain_NeedsLock(victim, LeaveReason.Evicted);
            victim.State = ModelState.Unloading;
            step.Unloads.Add((victim, model, forModel));
        }

        return victims.Count > 0;
    }

    private void Leave_NeedsLock(CacheEntry entry, LeaveReason reason, CacheStep step)
    {
        if (entry.State == ModelState.Ready)
        {
            BeginToLeave_NeedsLock(entry, reason, step);
        }
        else if (_queue.Remove(entry))
        {
            entry.State = ModelState.Absent;
            Refuse_NeedsLock(
                entry, reason == LeaveReason.Shutdown ? ModelErrors.ShuttingDown : () => ModelErrors.Gone(entry.Definition), step);
        }
        else if (entry.State == ModelState.Loading)
        {
            entry.LeaveAfterLoad = true;
            entry.Gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else if (_isClosed || !_isCurrent(entry.Definition))
        {
            // Who waits for the next load of a model that is leaving: there will be none.
            Refuse_NeedsLock(entry, _isClosed ? ModelErrors.ShuttingDown : () => ModelErrors.Gone(entry.Definition), step);
        }
    }

    private void BeginToLeave_NeedsLock(CacheEntry entry, LeaveReason reason, CacheStep step)
    {
        var model = entry.Loaded!;
        Drain_NeedsLock(entry, reason);
        if (!model.Leases.Close()) return;
        entry.State = ModelState.Unloading;
        step.Unloads.Add((entry, model, null));
    }

    private void Drain_NeedsLock(CacheEntry entry, LeaveReason reason)
    {
        entry.State = ModelState.Draining;
        entry.LeaveReason = reason;
        entry.LeaveAfterLoad = false;
        entry.Loaded = null;
        entry.Reservation!.Drain();
        entry.Gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Enqueue_NeedsLock(CacheEntry entry)
    {
        entry.State = ModelState.Loading;
        entry.QueuedAt = _time.GetTimestamp();
        _queue.Add(entry);
    }

    private void Remove_NeedsLock(CacheEntry entry)
    {
        entry.Reservation!.Dispose();
        entry.Reservation = null;
        entry.EarlierLeases += entry.Model?.LeasesGiven ?? 0;
        entry.Model = null;
        entry.LeaveAfterLoad = false;
        _inMemory.Remove(entry);
    }

    /// <summary>A load that no return of a lease can make room for must not hold up those behind it.</summary>
    private void ThrowIfNeverRoom_NeedsLock(CacheEntry entry)
    {
        if (entry.ExpectedBytes > Budget.Total) throw ModelErrors.TooLarge(entry.Definition, entry.ExpectedBytes, Budget.Total);
        var pinned = Sum_NeedsLock(other => other.Definition.Manifest.Pin && other.State is ModelState.Loading or ModelState.Ready);
        if (entry.ExpectedBytes > Budget.Total - pinned.Bytes || pinned.Count >= _options.MaxModels)
            throw ModelErrors.KeptByPins(entry.Definition);
    }

    private static void Refuse_NeedsLock(CacheEntry entry, Func<ServingException> error, CacheStep step)
    {
        foreach (var waiter in entry.Waiters) step.Refusals.Add((waiter, error()));
        entry.Waiters.Clear();
    }

    private (long Bytes, int Count) In_NeedsLock(ModelState state) => Sum_NeedsLock(entry => entry.State == state);

    private (long Bytes, int Count) Sum_NeedsLock(Func<CacheEntry, bool> isCounted)
    {
        var (bytes, count) = (0L, 0);
        foreach (var entry in _inMemory)
        {
            if (!isCounted(entry)) continue;
            bytes += entry.Reservation!.Bytes;
            count++;
        }

        return (bytes, count);
    }
}
