namespace Bullpen.Core.Models;

/// <summary>
/// What was loaded longest ago goes first, used or not: with one time to live for all, what expires first. First in, first out.
/// </summary>
public sealed class TtlEvictionPolicy : EvictionPolicy
{
    /// <inheritdoc/>
    public override string Name => "ttl";

    /// <inheritdoc/>
    public override string Description => "loaded longest ago";

    /// <inheritdoc/>
    public override double Worth(in EvictionCandidate candidate) => candidate.LoadedAt;
}
