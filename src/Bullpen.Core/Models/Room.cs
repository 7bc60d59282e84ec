namespace Bullpen.Core.Models;

/// <summary>
/// Who is in memory, who waits to come in, and how room is made: the part of <see cref="ModelCache"/> that knows bytes,
/// slots and victims. Every member is called under the cache's lock, but for <see cref="IsWanted"/>.
/// </summary>
internal sealed class Room(MemoryBudget budget, EvictionPolicy policy, ModelCacheOptions options, TimeProvider time)
{
    private readonly VictimSelector _victims = new(policy, options, time);
    private readonly List<CacheEntry> _queue = [];
    private readonly HashSet<CacheEntry> _inMemory = [];
    private volatile bool _isWanted;

    /// <summary>While loads wait for room, or the budget is overshot: a lease that returns is then worth an <see cref="Advance"/>.</summary>
    internal bool IsWanted => _isWanted;

    /// <summary>The models that hold a reservation, in any state.</summary>
    internal IReadOnlyCollection<CacheEntry> InMemory => _inMemory;

    /// <summary>Refuses a load that no return of a lease can make room for: it would hold up those behind it.</summary>
    /// <exception cref="ServingException">It is too large, or kept out by pinned models.</exception>
    internal void RefuseWhatNeverFits(CacheEntry entry)
    {
        if (entry.ExpectedBytes > budget.Total) throw ModelErrors.TooLarge(entry.Definition, entry.ExpectedBytes, budget.Total);
        var pinned = Sum(other => other.IsPinned && other.State is ModelState.Loading or ModelState.Ready);
        if (entry.ExpectedBytes > budget.Total - pinned.Bytes || pinned.Count >= options.MaxModels)
            throw ModelErrors.KeptByPins(entry.Definition);
    }

    /// <summary>True where a model and its successor can be in memory at once, whatever else that is not pinned has to go.</summary>
    internal bool HoldsBoth(CacheEntry? current, long successorBytes)
    {
        var pinned = Sum(other => other != current && other.IsPinned && other.State is ModelState.Loading or ModelState.Ready);
        var bytes = (current?.Reservation?.Bytes ?? 0) + successorBytes;
        return bytes <= budget.Total - pinned.Bytes && !(pinned.Count + 2 > options.MaxModels);
    }

    /// <summary>The model is to be loaded as soon as there is room.</summary>
    internal void Enqueue(CacheEntry entry)
    {
        entry.State = ModelState.Loading;
        entry.QueuedAt = time.GetTimestamp();
        _queue.Add(entry);
    }

    /// <summary>Takes the model out of the queue; false where it is not in there, because its load has begun.</summary>
    internal bool TryDequeue(CacheEntry entry)
    {
        if (!_queue.Remove(entry)) return false;
        entry.State = ModelState.Absent;
        return true;
    }

    /// <summary>The model is gone, or its load failed: its bytes are free.</summary>
    internal void Release(CacheEntry entry)
    {
        entry.Release();
        _inMemory.Remove(entry);
    }

    /// <summary>Those of the models that were idle for too long leave.</summary>
    internal void Expire(IEnumerable<CacheEntry> entries, CacheStep step)
    {
        foreach (var entry in entries)
        {
            if (!entry.IsExpired(time.GetTimestamp(), options) || !entry.Loaded!.Leases.TryCloseIdle()) continue;
            if (entry.IsExpired(time.GetTimestamp(), options)) Unload(entry, LeaveReason.Expired, null, step);
            else entry.Loaded.Leases.Reopen();
        }
    }

    /// <summary>Starts the loads for which there is room, and makes room for the first that lacks it.</summary>
    internal void Advance(CacheStep step)
    {
        // A lease that comes back after the barrier finds the flag set and asks again; one that came back before it is
        // counted as back below. Without the barrier both could miss each other.
        _isWanted = _queue.Count > 0 || budget.Ledger.Overshoot > 0;
        Interlocked.MemoryBarrier();

        // An overshoot cannot wait until idle models cover all of it: the memory is taken already.
        var ledger = budget.Ledger;
        var overshoot = Math.Min(ledger.Overshoot - ledger.Draining, VictimSelector.IdleBytes(_inMemory));
        if (overshoot > 0) Evict(overshoot, 0, null, step);

        for (var i = 0; i < _queue.Count;)
        {
            var entry = _queue[i];
            if (TryStart(entry, step)) continue;
            if (i == 0 && MakeFor(entry, step)) break;
            if (time.GetElapsedTime(_queue[0].QueuedAt) >= options.PassingLimit) break;
            i++;
        }

        _isWanted = _queue.Count > 0 || budget.Ledger.Overshoot > 0;
    }

    private bool TryStart(CacheEntry entry, CacheStep step)
    {
        if (_inMemory.Count >= options.MaxModels) return false;
        if (budget.TryReserve(entry.ExpectedBytes) is not { } reservation) return false;
        entry.Reservation = reservation;
        _inMemory.Add(entry);
        _queue.Remove(entry);
        step.Loads.Add(entry);
        return true;
    }

    /// <summary>True where room is about to be free: by models being unloaded already, or by victims chosen now.</summary>
    private bool MakeFor(CacheEntry entry, CacheStep step)
    {
        var unloading = Sum(other => other.State == ModelState.Unloading);
        var bytes = entry.ExpectedBytes + budget.Ledger.Used - budget.Total - unloading.Bytes;
        var slots = options.MaxModels is { } limit ? _inMemory.Count + 1 - limit - unloading.Count : 0;
        if (bytes <= 0 && slots <= 0) return true;

        // Models that drain are in use, for nobody knows how long, but where they will do no other need go.
        var draining = Sum(other => other.State == ModelState.Draining);
        return (bytes > draining.Bytes || slots > draining.Count) && Evict(bytes, slots, entry, step);
    }

    private bool Evict(long bytes, int slots, CacheEntry? forEntry, CacheStep step)
    {
        var victims = _victims.Close(_inMemory, bytes, slots);
        foreach (var victim in victims) Unload(victim, LeaveReason.Evicted, forEntry, step);
        return victims.Count > 0;
    }

    /// <summary>Ready → Unloading: nobody has a lease, and its counter is closed.</summary>
    private static void Unload(CacheEntry entry, LeaveReason reason, CacheEntry? forEntry, CacheStep step)
    {
        var model = entry.Drain(reason);
        entry.State = ModelState.Unloading;
        step.Unloads.Add((entry, model, forEntry?.Definition));
    }

    private (long Bytes, int Count) Sum(Func<CacheEntry, bool> isCounted)
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
