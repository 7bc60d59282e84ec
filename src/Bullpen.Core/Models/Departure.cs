using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>How a model left memory the last time.</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">When that was decided.</param>
public sealed record Departure(LeaveReason Reason, DateTimeOffset At)
{
    /// <summary>Bytes that it was charged with.</summary>
    public long Bytes { get; init; }

    /// <summary>The eviction policy that the server ran with.</summary>
    public string Policy { get; init; } = "";

    /// <summary>For which model it was evicted; null where it was not, or for the budget: a load had measured more than was reserved for it.</summary>
    public ModelId? For { get; init; }

    /// <summary>What it was worth to the policy, where it was evicted.</summary>
    public double? Worth { get; init; }

    /// <summary>
    /// What the other model was to be worth once loaded, where it had been loaded before. Room is made for whoever is asked for:
    /// it may be less.
    /// </summary>
    public double? WorthOfNewcomer { get; init; }
}
