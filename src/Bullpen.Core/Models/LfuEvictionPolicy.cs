namespace Bullpen.Core.Models;

/// <summary>
/// Least frequently used goes first, old uses counting ever less: LFU with exponential aging, the end of the LRFU spectrum
/// where frequency rules. D. Lee et al., "LRFU: a spectrum of policies that subsumes the least recently used and least
/// frequently used policies", IEEE Transactions on Computers 50 (12), 2001.
/// </summary>
public sealed class LfuEvictionPolicy : EvictionPolicy
{
    /// <inheritdoc/>
    public override string Name => "lfu";

    /// <inheritdoc/>
    public override string Description => "least often used, old uses counting less";

    /// <inheritdoc/>
    public override double Worth(in EvictionCandidate candidate) => candidate.LogUses;
}
