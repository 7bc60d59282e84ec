using System.Globalization;

namespace Bullpen.Core.Models;

/// <summary>
/// What a model waits for that is not ready, and until when: by what loads took so far, and by the ends of the leases that
/// clients hold. Called under the cache's lock.
/// </summary>
internal sealed class LoadOutlook(Room room, MemoryBudget budget, ModelCacheOptions options, LoadForecast forecast, TimeProvider time)
{
    internal LoadProspect Of(CacheEntry entry)
    {
        var place = PlaceOf(entry);
        var leased = TimeUntilLeasesEnd(place);
        return new LoadProspect(leased + LoadsBefore(entry, place), place >= 0 ? ReasonInQueue(entry, place, leased) : ReasonOf(entry));
    }

    /// <summary>When the model may be ready.</summary>
    internal TimeSpan ReadyIn(CacheEntry entry)
    {
        var place = PlaceOf(entry);
        return TimeUntilLeasesEnd(place) + LoadsBefore(entry, place);
    }

    private TimeSpan LoadsBefore(CacheEntry entry, int place)
    {
        var loads = Loading(entry).Sum(other => forecast.LeftOf(other).TotalSeconds) + forecast.LeftOf(entry).TotalSeconds;
        return TimeSpan.FromSeconds(loads + room.Queue.Take(place).Sum(other => forecast.Of(other).TotalSeconds));
    }

    private IEnumerable<CacheEntry> Loading(CacheEntry entry) => room.InMemory.Where(other => other.State == ModelState.Loading && other != entry);

    private string ReasonInQueue(CacheEntry entry, int place, TimeSpan leased)
    {
        var use = room.Use();
        var isCountFull = room.InMemory.Count >= options.MaxModels;
        var areBytesFree = entry.ExpectedBytes <= budget.Total - budget.Ledger.Used + room.SpareBytes;
        var what = !isCountFull ? $"{RoomUse.Size(entry.ExpectedBytes)} of room"
            : areBytesFree ? "a place"
            : $"{RoomUse.Size(entry.ExpectedBytes)} of room and a place";
        var behind = place == 0 ? "" : $", behind {place} other load{(place == 1 ? "" : "s")}";
        var until = leased == TimeSpan.Zero ? ""
            : string.Create(CultureInfo.InvariantCulture, $" The leases that are in its way end in {Math.Ceiling(leased.TotalSeconds)} s, unless they are renewed or released.");
        return $"It waits for {what}{behind}. {use.InWords(isCountFull && areBytesFree)}{until}";
    }

    private string ReasonOf(CacheEntry entry) => entry switch
    {
        { State: ModelState.Draining } => $"Its earlier load is leaving, and {entry.Model!.Leases.Count} requests still use it.",
        { State: ModelState.Unloading } => "The memory of its earlier load is being given back.",
        { LoadingSince: { } since } => $"Its load is under way since {time.GetElapsedTime(since).TotalSeconds:0.#} s.",
        _ => $"Its load waits for its turn, beside {Loading(entry).Count()} others (--load-concurrency).",
    };

    /// <summary>Until the leases have ended that stand in the way of what is at this place of the queue, or of one before it.</summary>
    private TimeSpan TimeUntilLeasesEnd(int place)
    {
        var held = room.InMemory.Where(other => !IsPinned(other) && other.Model?.Holds.LastEnd is not null)
            .Select(other => (End: other.Model!.Holds.LastEnd ?? 0, other.Reservation!.Bytes)).OrderBy(other => other.End).ToList();
        if (place < 0 || held.Count == 0) return TimeSpan.Zero;
        var pinned = room.InMemory.Where(IsPinned).ToList();
        // What requests use, what is idle and what loads may all go sooner.
        var bytes = budget.Total - pinned.Sum(other => other.Reservation!.Bytes) - held.Sum(other => other.Bytes);
        var places = (options.MaxModels ?? int.MaxValue) - pinned.Count - held.Count;
        var needed = room.Queue.Take(place + 1).Max(other => other.ExpectedBytes);
        var end = time.GetTimestamp();
        foreach (var next in held.TakeWhile(_ => needed > bytes || places < 1))
        {
            bytes += next.Bytes;
            places++;
            end = Math.Max(end, next.End);
        }

        return time.GetElapsedTime(time.GetTimestamp(), end) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private int PlaceOf(CacheEntry entry)
    {
        for (var i = 0; i < room.Queue.Count; i++)
            if (room.Queue[i] == entry) return i;
        return -1;
    }

    private static bool IsPinned(CacheEntry entry) => entry.IsPinned && entry.State is ModelState.Loading or ModelState.Ready;
}
