namespace Bullpen.Core.Models;

/// <summary>
/// Chooses which idle models to give up for a deficit: by rank, by what they are worth to the policy among equals, no more
/// than needed, and none at all where even all of them would not do.
/// </summary>
internal sealed class VictimSelector(EvictionPolicy policy, ModelCacheOptions options, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly double _halfLife = options.UseHalfLife.TotalSeconds;

    // Kept, and empty between two choices, so that a choice among thousands allocates nothing for them.
    private readonly PriorityQueue<CacheEntry, VictimRank> _candidates = new(VictimRank.LeastFirst);

    /// <summary>The highest worth of any victim so far: the L of <see cref="GdsfEvictionPolicy"/>.</summary>
    private double _inflation;

    /// <summary>Closes the victims and returns them; empty where the deficit cannot be covered now.</summary>
    /// <param name="entries">The entries to choose from; only idle, unpinned, ready ones are considered.</param>
    /// <param name="bytes">Bytes to gain; 0 or less where none are needed.</param>
    /// <param name="slots">Models to give up, whatever their size; 0 or less where none need be.</param>
    internal List<CacheEntry> Close(HashSet<CacheEntry> entries, long bytes, int slots)
    {
        // While a load waits for models in use, each return of a lease comes here: spare it the order.
        var (idleBytes, idleCount) = Idle(entries);
        if (idleCount < slots || idleBytes < bytes) return [];

        try
        {
            Rank(entries);
            return CloseInOrder(bytes, slots);
        }
        finally
        {
            _candidates.Clear();
        }
    }

    /// <summary>The bytes of all models that could be given up now, and their number.</summary>
    internal static (long Bytes, int Count) Idle(HashSet<CacheEntry> entries)
    {
        var (bytes, count) = (0L, 0);
        foreach (var entry in entries)
        {
            if (!IsIdle(entry)) continue;
            bytes += entry.Reservation!.Bytes;
            count++;
        }

        return (bytes, count);
    }

    /// <summary>Counts the uses of a model in memory since the last look.</summary>
    internal void Count(CacheEntry entry)
    {
        var model = entry.Model!;
        var seen = (Model: model, Leases: model.LeasesGiven, model.LastUsed, InUse: model.Leases.Count > 0);
        if (entry.Counted == seen) return;
        entry.Uses.Fold(entry.EarlierLeases + seen.Leases, Seconds(model.LoadedAt), LastUse(seen.LastUsed, seen.InUse), _halfLife, _inflation);
        entry.Counted = seen;
        entry.Worth = null;
    }

    /// <summary>What a model in memory is worth to the policy.</summary>
    internal double WorthOf(CacheEntry entry)
    {
        Count(entry);
        return entry.Worth ??= policy.Worth(new EvictionCandidate(
            entry.Definition.Id,
            entry.Reservation!.Bytes,
            entry.LoadTime,
            Seconds(entry.Counted.Model.LoadedAt),
            LastUse(entry.Counted.LastUsed, entry.Counted.InUse),
            entry.Counted.Leases,
            entry.Uses.LogUses(_halfLife),
            entry.Uses.Inflation));
    }

    /// <summary>The models that may be given up now and what each is worth, in the order in which they would go.</summary>
    internal List<(CacheEntry Entry, double Worth)> Order(HashSet<CacheEntry> entries)
    {
        try
        {
            Rank(entries);
            var order = new List<(CacheEntry, double)>(_candidates.Count);
            while (_candidates.TryDequeue(out var entry, out var rank)) order.Add((entry, rank.Worth));
            return order;
        }
        finally
        {
            _candidates.Clear();
        }
    }

    /// <summary>The model's decayed number of uses now.</summary>
    internal double UsesOf(CacheEntry entry) => entry.Uses.CountAt(Seconds(time.GetTimestamp()), _halfLife);

    private static bool IsIdle(CacheEntry entry) =>
        entry.State == ModelState.Ready && !entry.IsPinned && entry.Loaded!.Leases.Count == 0;

    private void Rank(HashSet<CacheEntry> entries)
    {
        var now = time.GetTimestamp();
        foreach (var entry in entries)
        {
            if (entry.State != ModelState.Ready) continue;
            var worth = WorthOf(entry);
            if (!IsIdle(entry)) continue;
            _candidates.Enqueue(entry, new VictimRank(entry.Rank(now, options, time), worth, entry.Loaded!.LastUsed, entry.Definition.Id));
        }
    }

    private List<CacheEntry> CloseInOrder(long bytes, int slots)
    {
        var chosen = new List<CacheEntry>();
        while (bytes > 0 || slots > 0)
        {
            if (!_candidates.TryDequeue(out var candidate, out _)) return GiveUp(chosen);

            // Leased since it was looked at: it is no candidate any more.
            if (!candidate.Loaded!.Leases.TryCloseIdle()) continue;
            chosen.Add(candidate);
            bytes -= candidate.Reservation!.Bytes;
            slots--;
        }

        Spare(chosen, bytes, slots);
        foreach (var victim in chosen) _inflation = Math.Max(_inflation, WorthOf(victim));
        return chosen;
    }

    /// <summary>A small model chosen early may have become needless through a large one chosen after it: keep what is worth most.</summary>
    private static void Spare(List<CacheEntry> chosen, long bytes, int slots)
    {
        for (var i = chosen.Count - 1; i >= 0; i--)
        {
            var spare = chosen[i].Reservation!.Bytes;
            if (bytes + spare > 0 || slots + 1 > 0) continue;
            bytes += spare;
            slots++;
            chosen[i].Loaded!.Leases.Reopen();
            chosen.RemoveAt(i);
        }
    }

    /// <summary>Nobody has been told of the closed ones yet.</summary>
    private static List<CacheEntry> GiveUp(List<CacheEntry> chosen)
    {
        foreach (var victim in chosen) victim.Loaded!.Leases.Reopen();
        return [];
    }

    private double LastUse(long lastUsed, bool isInUse) => Seconds(isInUse ? time.GetTimestamp() : lastUsed);

    private double Seconds(long timestamp) => time.GetElapsedTime(_began, timestamp).TotalSeconds;
}
