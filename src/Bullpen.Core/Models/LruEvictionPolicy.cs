namespace Bullpen.Core.Models;

/// <summary>Least recently used goes first: what most people expect of a cache, and what a count of models asks for.</summary>
public sealed class LruEvictionPolicy : EvictionPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "lru";

    /// <inheritdoc/>
    public override string Name => PolicyName;

    /// <inheritdoc/>
    public override string Description => "least recently used";

    /// <inheritdoc/>
    public override double Worth(in EvictionCandidate candidate) => candidate.LastUsed;
}
