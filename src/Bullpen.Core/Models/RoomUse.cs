using System.Globalization;

namespace Bullpen.Core.Models;

/// <summary>Who has the memory that a load waits for: every model that holds a reservation, counted once, and the optimising of one.</summary>
/// <param name="Total">The budget, in bytes.</param>
/// <param name="MaxModels">The limit by count, or null.</param>
internal sealed record RoomUse(long Total, int? MaxModels)
{
    private const int MostNames = 3;

    private readonly Dictionary<RoomHolder, (long Bytes, int Count)> _held = [];
    private readonly List<string> _leased = [];
    private int _leases;

    internal (long Bytes, int Count) Of(RoomHolder holder) => _held.GetValueOrDefault(holder);

    /// <summary>True where pinned models are as many as there may be.</summary>
    internal bool IsFullOfPins => Of(RoomHolder.Pinned).Count >= MaxModels;

    /// <summary>Those that hold anything.</summary>
    internal IReadOnlyList<RoomShare> Shares() =>
        [.. Enum.GetValues<RoomHolder>().Where(_held.ContainsKey).Select(holder => new RoomShare(holder, Of(holder).Bytes, Of(holder).Count))];

    /// <summary>What the optimising of a model has, which is none of the models in memory.</summary>
    internal void AddSpare(long bytes)
    {
        if (bytes > 0) _held[RoomHolder.Optimizing] = (bytes, 0);
    }

    internal void Add(CacheEntry entry)
    {
        var holder = HolderOf(entry);
        var (bytes, count) = Of(holder);
        _held[holder] = (bytes + entry.Reservation!.Bytes, count + 1);
        if (holder != RoomHolder.Leased) return;
        _leased.Add(entry.Definition.Id.ToString());
        _leases += entry.Model!.Holds.Count;
    }

    /// <summary>
    /// A sentence: <c>Of 1024 MiB (--memory), pinned models hold 300 MiB (2), models in use 700 MiB (3).</c> Where it is the count
    /// that is full: <c>Of 3 models (--max-models), pinned models are 2, models in use 1.</c>
    /// </summary>
    internal string InWords(bool byCount = false)
    {
        var parts = new List<string>();
        Say(parts, byCount, RoomHolder.Pinned, "pinned models");
        Say(parts, byCount, RoomHolder.Leased, "models that clients lease");
        Say(parts, byCount, RoomHolder.InUse, "models in use");
        Say(parts, byCount, RoomHolder.Loading, "loads under way");
        Say(parts, byCount, RoomHolder.Leaving, "models on their way out");
        if (!byCount) Say(parts, byCount, RoomHolder.Optimizing, "a model being optimised");
        Say(parts, byCount, RoomHolder.Idle, "idle models");
        var total = byCount ? $"{Models(MaxModels ?? 0)} (--max-models)"
            : $"{Size(Total)} (--memory){(MaxModels is { } count ? $" and {Models(count)} (--max-models)" : "")}";
        return $"Of {total}, {(parts.Count == 0 ? "nothing is taken" : string.Join(", ", parts))}.";
    }

    /// <summary>Whole MiB, rounded up; bytes below one.</summary>
    internal static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{(bytes + (1 << 20) - 1) >> 20} MiB");

    private static string Models(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} model{(count == 1 ? "" : "s")}");

    private static RoomHolder HolderOf(CacheEntry entry) => entry.State switch
    {
        ModelState.Loading or ModelState.Ready when entry.IsPinned => RoomHolder.Pinned,
        ModelState.Loading => RoomHolder.Loading,
        _ when entry.Model is { Holds.Count: > 0 } => RoomHolder.Leased,
        ModelState.Ready => entry.Loaded!.Leases.Count > 0 ? RoomHolder.InUse : RoomHolder.Idle,
        _ => RoomHolder.Leaving,
    };

    private void Say(List<string> parts, bool byCount, RoomHolder holder, string name)
    {
        var (bytes, count) = Of(holder);
        if (bytes == 0 && count == 0) return;
        var (size, verb) = byCount ? ($"{count}", "are ") : ($"{Size(bytes)} ({Math.Max(1, count)})", "hold ");
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {(parts.Count == 0 ? verb : "")}{size}{(holder == RoomHolder.Leased ? Leases() : "")}"));
    }

    /// <summary>Which models, and by how many leases; never by which: whoever knows a lease may release it.</summary>
    private string Leases()
    {
        var names = string.Join(", ", _leased.Order(StringComparer.Ordinal).Take(MostNames));
        var more = _leased.Count > MostNames ? $" and {_leased.Count - MostNames} more" : "";
        return $" [{names}{more}, by {_leases} lease{(_leases == 1 ? "" : "s")}]";
    }
}
