namespace Bullpen.Core.Models;

/// <summary>
/// Load time saved for each byte: worth = log2(uses × load time ÷ bytes) + time ÷ half-life, the greedy order of the
/// knapsack whose items are models (G. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (2), 1957).
/// Unlike <see cref="GdsfEvictionPolicy"/> it counts the uses of every known model, in memory or not (perfect, not in-cache,
/// frequency: L. Breslau et al., "Web caching and Zipf-like distributions", INFOCOM 1999), so that one scan over all models
/// does not throw out what is used often, and what comes back need not earn its place again. The uses decay exponentially,
/// as in <see cref="LfuEvictionPolicy"/>.
/// </summary>
public sealed class DensityEvictionPolicy : EvictionPolicy
{
    /// <summary>Its name.</summary>
    public const string PolicyName = "density";

    /// <inheritdoc/>
    public override string Name => PolicyName;

    /// <inheritdoc/>
    public override string Description => "uses × load time ÷ bytes, old uses counting less";

    /// <inheritdoc/>
    public override double Worth(in EvictionCandidate candidate) => candidate.LogUses + Math.Log2(SecondsPerGibibyte(candidate));
}
