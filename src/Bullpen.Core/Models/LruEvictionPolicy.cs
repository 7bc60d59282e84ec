namespace Bullpen.Core.Models;

/// <summary>Least recently used goes first.</summary>
public sealed class LruEvictionPolicy : EvictionPolicy
{
    /// <inheritdoc/>
    public override string Name => "lru";

    /// <inheritdoc/>
    public override int Compare(EvictionCandidate left, EvictionCandidate right) => right.IdleFor.CompareTo(left.IdleFor);
}
