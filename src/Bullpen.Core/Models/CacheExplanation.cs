using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>Why a model is in memory, or is not.</summary>
/// <param name="Definition">The model.</param>
/// <param name="Cause">In one word.</param>
/// <param name="Status">What is known of it.</param>
public sealed record CacheExplanation(ModelDefinition Definition, ResidencyCause Cause, ModelStatus Status)
{
    /// <summary>The same as a sentence or a few, for people.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>In memory: what a report shows of it.</summary>
    public ResidentModel? Resident { get; init; }

    /// <summary>Whose word it is that it is pinned, or is not.</summary>
    public PinSource Pin { get; init; }

    /// <summary>Waiting for room: its place in the queue, from 0.</summary>
    public int? Place { get; init; }

    /// <summary>Waiting or being loaded: since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Waiting or being loaded: in how long it may be ready, by what loads took so far.</summary>
    public TimeSpan? ReadyIn { get; init; }

    /// <summary>Waiting for room, or kept out: who has it.</summary>
    public IReadOnlyList<RoomShare> Holders { get; init; } = [];

    /// <summary>Failed: loads that failed in a row.</summary>
    public int? Attempts { get; init; }

    /// <summary>Failed: in how long it may be tried again, by the next request; zero: now.</summary>
    public TimeSpan? RetryIn { get; init; }

    /// <summary>When its last load ended; null where it was not loaded since the server started.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>What that load was charged with.</summary>
    public long? LoadedBytes { get; init; }

    /// <summary>True where that load was measured.</summary>
    public bool LoadWasMeasured { get; init; }

    /// <summary>How it left memory last; null where it never did since the server started.</summary>
    public Departure? Departure { get; init; }
}
