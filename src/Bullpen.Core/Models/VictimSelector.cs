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
            var chosen = Choose(bytes, slots, static entry => entry.Loaded!.Leases.TryCloseIdle(), static entry => entry.Loaded!.Leases.Reopen());
            foreach (var victim in chosen) _inflation = Math.Max(_inflation, WorthOf(victim));
            return chosen;
        }
        finally
        {
            _candidates.Clear();
        }
    }

    /// <summary>The victims that <see cref="Close"/> would choose, without those that are <paramref name="gone"/> already; closes nothing.</summary>
    internal List<CacheEntry> Foresee(HashSet<CacheEntry> entries, long bytes, int slots, HashSet<CacheEntry> gone)
    {
        try
        {
            Rank(entries);
            return Choose(bytes, slots, entry => !gone.Contains(entry), static _ => { });
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

    /// <summary>What the model will be worth when it is loaded for one more use now, and its load takes that long.</summary>
    internal double WorthOfNewcomer(CacheEntry entry, TimeSpan loadTime)
    {
        var now = Seconds(time.GetTimestamp());
        return policy.Worth(new EvictionCandidate(
            entry.Definition.Id, entry.ExpectedBytes, loadTime, now, now, 1, entry.Uses.LogUsesWithOneMore(now, _halfLife), _inflation));
    }

    /// <summary>The first <paramref name="limit"/> of the models that may be given up now and what each is worth, in the order in which they would go.</summary>
    internal List<(CacheEntry Entry, double Worth)> Order(HashSet<CacheEntry> entries, int limit = int.MaxValue)
    {
        try
        {
            Rank(entries);
            var order = new List<(CacheEntry, double)>(Math.Min(limit, _candidates.Count));
            while (order.Count < limit && _candidates.TryDequeue(out var entry, out var rank)) order.Add((entry, rank.Worth));
            return order;
        }
        finally
        {
            _candidates.Clear();
        }
    }

    /// <summary>The model's decayed number of uses now.</summary>
    internal double UsesOf(CacheEntry entry) => entry.Uses.CountAt(Seconds(time.GetTimestamp()), _halfLife);

    /// <summary>True where it may be given up now.</summary>
    internal static bool IsIdle(CacheEntry entry) =>
        entry.State == ModelState.Ready && !entry.IsPinned && entry.Loaded!.Leases.Count == 0;

    private void Rank(HashSet<CacheEntry> entries)
    {
        var now = time.GetTimestamp();
        foreach (var entry in entries)
        {
            if (entry.State != ModelState.Ready) continue;
            var worth = WorthOf(entry);
            if (!IsIdle(entry) || options.Lifecycle == LifecyclePolicy.External) continue;
            _candidates.Enqueue(entry, new VictimRank(entry.Rank(now, options, time), worth, entry.Loaded!.LastUsed, entry.Definition.Id));
        }
    }

    private List<CacheEntry> Choose(long bytes, int slots, Func<CacheEntry, bool> take, Action<CacheEntry> putBack)
    {
        var chosen = new List<CacheEntry>();
        while (bytes > 0 || slots > 0)
        {
            if (!_candidates.TryDequeue(out var candidate, out _))
            {
                // Nobody has been told of them yet.
                chosen.ForEach(putBack);
                return [];
            }

            // Leased since it was looked at: it is no candidate any more.
            if (!take(candidate)) continue;
            chosen.Add(candidate);
            bytes -= candidate.Reservation!.Bytes;
            slots--;
        }

        Spare(chosen, bytes, slots, putBack);
        return chosen;
    }

    /// <summary>A small model chosen early may have become needless through a large one chosen after it: keep what is worth most.</summary>
    private static void Spare(List<CacheEntry> chosen, long bytes, int slots, Action<CacheEntry> putBack)
    {
        for (var i = chosen.Count - 1; i >= 0; i--)
        {
            var spare = chosen[i].Reservation!.Bytes;
            if (bytes + spare > 0 || slots + 1 > 0) continue;
            bytes += spare;
            slots++;
            putBack(chosen[i]);
            chosen.RemoveAt(i);
        }
    }

    private double LastUse(long lastUsed, bool isInUse) => Seconds(isInUse ? time.GetTimestamp() : lastUsed);

    private double Seconds(long timestamp) => time.GetElapsedTime(_began, timestamp).TotalSeconds;
}
