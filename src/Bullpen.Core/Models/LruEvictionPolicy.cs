namespace Bullpen.Core.Models;

/// <summary>Least recently used goes first.</summary>
public sealed class LruEvictionPolicy : EvictionPolicy
{
    /// <summary>Its name: the default.</summary>
    public const string PolicyName = "lru";

    /// <inheritdoc/>
    public override string Name => PolicyName;

    /// <inheritdoc/>
    public override int Compare(EvictionCandidate left, EvictionCandidate right) => right.IdleFor.CompareTo(left.IdleFor);
}
