using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// Plays <see cref="Room.Advance"/> without doing anything: what it would evict and start, by the same rules in the same order.
/// A property test compares the play with the deed. Called under the cache's lock, once.
/// </summary>
internal sealed class Rehearsal(
    MemoryLedger ledger, ModelCacheOptions options, TimeProvider time, HashSet<CacheEntry> inMemory, VictimSelector victims)
{
    private readonly HashSet<CacheEntry> _evicted = [];
    private readonly List<CacheEntry> _started = [];
    private long _used = ledger.Used;

    /// <summary>What came of the load that was last in the queue: one of Fits, Evicts, FitsSoon, Waits, KeptOutByPins.</summary>
    internal PlanOutcome Outcome { get; private set; } = PlanOutcome.Waits;

    /// <summary>Loads that would still be waiting ahead of it.</summary>
    internal int Ahead { get; private set; }

    /// <summary>Bytes and models that would be missing though every idle model went: for it and those ahead of it.</summary>
    internal (long Bytes, int Models) Missing { get; private set; }

    /// <summary>All evictions, also those that are due without it.</summary>
    internal List<PlannedEviction> Evictions { get; } = [];

    /// <summary>Plays with this queue; the last one in it is the newcomer.</summary>
    internal void Play(List<CacheEntry> queue)
    {
        var newcomer = queue[^1];
        var overshoot = ledger.Overshoot - ledger.Draining;
        if (overshoot > 0) Evict(Math.Min(overshoot, VictimSelector.Idle(inMemory).Bytes), 0, null);

        for (var i = 0; i < queue.Count;)
        {
            var entry = queue[i];
            if (TryStart(entry))
            {
                queue.RemoveAt(i);
                if (entry == newcomer) Outcome = PlanOutcome.Fits;
                continue;
            }

            if (i == 0 && MakeFor(entry) is { } made)
            {
                if (entry == newcomer) Outcome = made;
                break;
            }

            if (i == 0 && IsKeptOutByPins(entry))
            {
                queue.RemoveAt(i);
                if (entry == newcomer) Outcome = PlanOutcome.KeptOutByPins;
                continue;
            }

            if (time.GetElapsedTime(queue[0].QueuedAt) >= options.PassingLimit) break;
            i++;
        }

        Ahead = Math.Max(0, queue.IndexOf(newcomer));
        if (Outcome == PlanOutcome.Waits) Missing = MissingFor(queue);
    }

    private bool TryStart(CacheEntry entry)
    {
        if (inMemory.Count + _started.Count >= options.MaxModels || entry.ExpectedBytes > ledger.Total - _used) return false;
        _used += entry.ExpectedBytes;
        _started.Add(entry);
        return true;
    }

    /// <summary>Null where no room is about to be free.</summary>
    private PlanOutcome? MakeFor(CacheEntry entry)
    {
        var unloading = Sum(other => other.State == ModelState.Unloading || _evicted.Contains(other));
        var bytes = entry.ExpectedBytes + _used - ledger.Total - unloading.Bytes;
        var slots = options.MaxModels is { } limit ? inMemory.Count + _started.Count + 1 - limit - unloading.Count : 0;
        if (bytes <= 0 && slots <= 0) return PlanOutcome.FitsSoon;

        var draining = Sum(other => other.State == ModelState.Draining);
        if (bytes <= draining.Bytes && slots <= draining.Count) return null;
        return Evict(bytes, slots, entry.Definition) ? PlanOutcome.Evicts : null;
    }

    private bool Evict(long bytes, int slots, ModelDefinition? forModel)
    {
        if (bytes <= 0 && slots <= 0) return false;
        var chosen = victims.Foresee(inMemory, bytes, slots, _evicted);
        foreach (var victim in chosen)
        {
            _evicted.Add(victim);
            Evictions.Add(new PlannedEviction(victim.Definition, victim.Reservation!.Bytes, victims.WorthOf(victim), forModel));
        }

        return chosen.Count > 0;
    }

    private bool IsKeptOutByPins(CacheEntry entry)
    {
        var pinned = Sum(other => other.IsPinned && other.State is ModelState.Loading or ModelState.Ready);
        foreach (var started in _started.Where(started => started.IsPinned)) pinned = (pinned.Bytes + started.ExpectedBytes, pinned.Count + 1);
        return entry.ExpectedBytes > ledger.Total - pinned.Bytes || pinned.Count >= options.MaxModels;
    }

    private (long Bytes, int Models) MissingFor(List<CacheEntry> queue)
    {
        var going = Sum(other => other.State == ModelState.Unloading || VictimSelector.IsIdle(other));
        var bytes = queue.Sum(entry => entry.ExpectedBytes) + _used - going.Bytes - ledger.Total;
        var models = options.MaxModels is { } limit ? inMemory.Count + _started.Count + queue.Count - going.Count - limit : 0;
        return (Math.Max(0, bytes), Math.Max(0, models));
    }

    private (long Bytes, int Count) Sum(Func<CacheEntry, bool> isCounted)
    {
        var (bytes, count) = (0L, 0);
        foreach (var entry in inMemory)
        {
            if (!isCounted(entry)) continue;
            bytes += entry.Reservation!.Bytes;
            count++;
        }

        return (bytes, count);
    }
}
