using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>The cache at one moment: a page of the models in memory, and who goes next.</summary>
/// <param name="Policy">The eviction policy's name.</param>
/// <param name="Ledger">The budget.</param>
/// <param name="Overhead">What the process takes beside its models.</param>
/// <param name="Options">The limits beside the budget.</param>
public sealed record CacheReport(string Policy, MemoryLedger Ledger, ProcessOverhead Overhead, ModelCacheOptions Options)
{
    /// <summary>Who has the memory.</summary>
    public required IReadOnlyList<RoomShare> Holders { get; init; }

    /// <summary>Models that have memory reserved.</summary>
    public required int InMemory { get; init; }

    /// <summary>Models that wait for room, in the order in which they get it; at most as many as were asked for.</summary>
    public required IReadOnlyList<ModelDefinition> Waiting { get; init; }

    /// <summary>How many models wait for room.</summary>
    public required int WaitingCount { get; init; }

    /// <summary>The page, by name, then version.</summary>
    public required IReadOnlyList<ResidentModel> Models { get; init; }

    /// <summary>True where another page follows.</summary>
    public required bool HasMore { get; init; }

    /// <summary>Those that would be evicted next, in that order; at most as many as were asked for.</summary>
    public required IReadOnlyList<PlannedEviction> NextVictims { get; init; }
}
