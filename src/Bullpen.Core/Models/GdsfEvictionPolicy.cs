namespace Bullpen.Core.Models;

/// <summary>
/// GreedyDual-Size-Frequency: worth = L + uses since the load × load time ÷ bytes, where L is the highest worth that was
/// evicted before the model's last use, so that what is not used any more is overtaken. P. Cao and S. Irani,
/// "Cost-aware WWW proxy caching algorithms", USENIX Symposium on Internet Technologies and Systems, 1997 (GreedyDual-Size);
/// L. Cherkasova, "Improving WWW proxies performance with greedy-dual-size-frequency caching policy", HP Laboratories
/// report HPL-98-69R1, 1998. L is kept in <see cref="VictimSelector"/>.
/// </summary>
public sealed class GdsfEvictionPolicy : EvictionPolicy
{
    /// <inheritdoc/>
    public override string Name => "gdsf";

    /// <inheritdoc/>
    public override string Description => "uses since the load × load time ÷ bytes, inflated by what was evicted";

    /// <inheritdoc/>
    public override double Worth(in EvictionCandidate candidate) => candidate.Inflation + (candidate.Leases * SecondsPerGibibyte(candidate));
}
