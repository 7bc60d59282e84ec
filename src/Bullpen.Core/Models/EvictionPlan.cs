using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>What asking for a model would do at one moment, without doing it.</summary>
/// <param name="Definition">The model.</param>
/// <param name="Outcome">In one word.</param>
public sealed record EvictionPlan(ModelDefinition Definition, PlanOutcome Outcome)
{
    /// <summary>Bytes that the load reserves; of a model in memory, those that it takes.</summary>
    public long NeededBytes { get; init; }

    /// <summary>True where they were measured by an earlier load.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Bytes that are free now.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Bytes of models that are being unloaded already.</summary>
    public long ComingBytes { get; init; }

    /// <summary>The models that would be evicted at once, in this order.</summary>
    public IReadOnlyList<PlannedEviction> Evictions { get; init; } = [];

    /// <summary>Bytes that these give back.</summary>
    public long EvictedBytes => Evictions.Sum(eviction => eviction.Bytes);

    /// <summary>Bytes that are missing even if every idle model went; what is asked for by loads ahead of it counts too.</summary>
    public long MissingBytes { get; init; }

    /// <summary>The same by count of models, where that is limited.</summary>
    public int MissingModels { get; init; }

    /// <summary>Loads ahead of it that wait for room.</summary>
    public int Ahead { get; init; }

    /// <summary>Who has the memory now.</summary>
    public IReadOnlyList<RoomShare> Holders { get; init; } = [];

    /// <summary>How long a load took before, in this run of the server or an earlier one; null where none did.</summary>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Why it is refused, and when it may be tried again; null where it is not.</summary>
    public ServingException? Refusal { get; init; }
}
