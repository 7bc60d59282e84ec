namespace Bullpen.Core.Models;

/// <summary>
/// Chooses which idle models to give up for a deficit: by rank, in the policy's order among equals, no
/// more than needed, and none at all where even all of them would not do.
/// </summary>
internal sealed class VictimSelector(EvictionPolicy policy, ModelCacheOptions options, TimeProvider time)
{
    /// <summary>Closes the victims and returns them; empty where the deficit cannot be covered now.</summary>
    /// <param name="entries">The entries to choose from; only idle, unpinned, ready ones are considered.</param>
    /// <param name="bytes">Bytes to gain; 0 or less where none are needed.</param>
    /// <param name="slots">Models to give up, whatever their size; 0 or less where none need be.</param>
    internal List<CacheEntry> Close(IEnumerable<CacheEntry> entries, long bytes, int slots)
    {
        var idle = entries.Where(IsIdle).ToList();
        // While a load waits for models in use, each return of a lease comes here: spare it the sort.
        if (idle.Count < slots || idle.Sum(entry => entry.Reservation!.Bytes) < bytes) return [];
        var candidates = Order(idle);
        while (true)
        {
            var victims = Choose(candidates, bytes, slots);
            var closed = victims.TakeWhile(victim => victim.Loaded!.Leases.TryCloseIdle()).Count();
            if (closed == victims.Count) return victims;

            // One was leased since it was looked at. Nobody has been told of the others yet: open them and choose again without it.
            foreach (var victim in victims.Take(closed)) victim.Loaded!.Leases.Reopen();
            candidates.Remove(victims[closed]);
        }
    }

    /// <summary>The bytes of all models that could be given up now.</summary>
    internal static long IdleBytes(IEnumerable<CacheEntry> entries) => entries.Where(IsIdle).Sum(entry => entry.Reservation!.Bytes);

    private static bool IsIdle(CacheEntry entry) =>
        entry.State == ModelState.Ready && !entry.IsPinned && entry.Loaded!.Leases.Count == 0;

    private static List<CacheEntry> Choose(List<CacheEntry> candidates, long bytes, int slots)
    {
        var chosen = new List<CacheEntry>();
        foreach (var candidate in candidates)
        {
            if (bytes <= 0 && slots <= 0) break;
            chosen.Add(candidate);
            bytes -= candidate.Reservation!.Bytes;
            slots--;
        }

        if (bytes > 0 || slots > 0) return [];

        // A small model chosen early may have become needless through a large one chosen after it: keep what is worth most.
        for (var i = chosen.Count - 1; i >= 0; i--)
        {
            var spare = chosen[i].Reservation!.Bytes;
            if (bytes + spare > 0 || slots + 1 > 0) continue;
            bytes += spare;
            slots++;
            chosen.RemoveAt(i);
        }

        return chosen;
    }

    private List<CacheEntry> Order(IEnumerable<CacheEntry> entries)
    {
        var now = time.GetTimestamp();
        return entries
            .Select(entry => (
                Entry: entry,
                Rank: entry.Rank(now, options, time),
                Facts: new EvictionCandidate(
                    entry.Definition.Id,
                    entry.Reservation!.Bytes,
                    entry.Loaded!.IdleFor(now),
                    entry.Loaded!.LeasesGiven,
                    entry.LoadTime)))
            .OrderBy(candidate => candidate.Rank.Order)
            .ThenBy(candidate => candidate.Facts, Comparer<EvictionCandidate>.Create(policy.Compare))
            .Select(candidate => candidate.Entry)
            .ToList();
    }
}
