using System.Globalization;

namespace Bullpen.Core.Models;

/// <summary>Who has the memory that a load waits for: every model that holds a reservation, counted once.</summary>
/// <param name="Total">The budget, in bytes.</param>
/// <param name="MaxModels">The limit by count, or null.</param>
internal sealed record RoomUse(long Total, int? MaxModels)
{
    private readonly Dictionary<RoomHolder, (long Bytes, int Count)> _held = [];

    internal (long Bytes, int Count) Of(RoomHolder holder) => _held.GetValueOrDefault(holder);

    /// <summary>Those that hold anything.</summary>
    internal IReadOnlyList<RoomShare> Shares() =>
        [.. Enum.GetValues<RoomHolder>().Where(_held.ContainsKey).Select(holder => new RoomShare(holder, Of(holder).Bytes, Of(holder).Count))];

    internal void Add(CacheEntry entry)
    {
        var holder = HolderOf(entry);
        var (bytes, count) = Of(holder);
        _held[holder] = (bytes + entry.Reservation!.Bytes, count + 1);
    }

    /// <summary>A sentence: <c>Of 1024 MiB, pinned models hold 300 MiB (2), models in use 700 MiB (3).</c></summary>
    internal string InWords()
    {
        var parts = new List<string>();
        Say(parts, RoomHolder.Pinned, "pinned models");
        Say(parts, RoomHolder.InUse, "models in use");
        Say(parts, RoomHolder.Loading, "loads under way");
        Say(parts, RoomHolder.Leaving, "models on their way out");
        Say(parts, RoomHolder.Idle, "idle models");
        var limit = MaxModels is { } count ? string.Create(CultureInfo.InvariantCulture, $" and {count} models (--max-models)") : "";
        return $"Of {Size(Total)} (--memory){limit}, {(parts.Count == 0 ? "nothing is taken" : string.Join(", ", parts))}.";
    }

    /// <summary>Whole MiB, rounded up; bytes below one.</summary>
    internal static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{(bytes + (1 << 20) - 1) >> 20} MiB");

    private static RoomHolder HolderOf(CacheEntry entry) => entry.State switch
    {
        ModelState.Loading or ModelState.Ready when entry.IsPinned => RoomHolder.Pinned,
        ModelState.Loading => RoomHolder.Loading,
        ModelState.Ready => entry.Loaded!.Leases.Count > 0 ? RoomHolder.InUse : RoomHolder.Idle,
        _ => RoomHolder.Leaving,
    };

    private void Say(List<string> parts, RoomHolder holder, string name)
    {
        var (bytes, count) = Of(holder);
        if (count > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {(parts.Count == 0 ? "hold " : "")}{Size(bytes)} ({count})"));
    }
}
