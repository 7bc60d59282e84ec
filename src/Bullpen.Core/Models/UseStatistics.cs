namespace Bullpen.Core.Models;

/// <summary>
/// How often a model is used: a count in which every use weighs half as much after each half-life. It outlives the model's
/// evictions. A request writes nothing here: leases are counted by the model, and what came since the last look is
/// folded in when somebody looks, under the cache's lock. Times are seconds since the cache began.
/// </summary>
internal sealed class UseStatistics
{
    // Where a model was never used (a preload): the logarithm of next to nothing is still a number.
    private const double NextToNothing = 1e-12;

    private double _count;
    private double _at;
    private long _leases;

    /// <summary>The highest worth of any victim up to the last use.</summary>
    internal double Inflation { get; private set; }

    /// <summary>
    /// Counts the leases that were given since the last look. One was the last use; the others, of which only the number is
    /// known, count as spread evenly from <paramref name="since"/> to the last use.
    /// </summary>
    /// <param name="leases">All leases given so far.</param>
    /// <param name="since">When the load ended.</param>
    /// <param name="lastUsed">The last use.</param>
    /// <param name="halfLife">In seconds.</param>
    /// <param name="inflation">The highest worth of any victim up to now.</param>
    internal void Fold(long leases, double since, double lastUsed, double halfLife, double inflation)
    {
        var uses = leases - _leases;
        if (uses <= 0) return;
        _leases = leases;
        Inflation = inflation;
        lastUsed = Math.Max(lastUsed, _at);
        var spread = Math.Max(0, lastUsed - Math.Max(since, _at)) / halfLife;
        _count = (_count * Weight((lastUsed - _at) / halfLife)) + 1 + ((uses - 1) * MeanWeight(spread));
        _at = lastUsed;
    }

    /// <summary>Goes on where a predecessor of the model is now.</summary>
    internal void Inherit(UseStatistics predecessor) => (_count, _at, Inflation) = (predecessor._count, predecessor._at, predecessor.Inflation);

    /// <summary>The decayed count at a time after the last use.</summary>
    internal double CountAt(double now, double halfLife) => _count * Weight((now - _at) / halfLife);

    /// <summary>See <see cref="EvictionCandidate.LogUses"/>.</summary>
    internal double LogUses(double halfLife) => Math.Log2(Math.Max(_count, NextToNothing)) + (_at / halfLife);

    /// <summary>What <see cref="LogUses"/> would be after one more use now.</summary>
    internal double LogUsesWithOneMore(double now, double halfLife) => Math.Log2(CountAt(now, halfLife) + 1) + (now / halfLife);

    private static double Weight(double halfLives) => double.Exp2(-halfLives);

    /// <summary>The mean weight of uses from so many half-lives ago until now.</summary>
    private static double MeanWeight(double halfLives) => halfLives < 1e-9 ? 1 : (1 - Weight(halfLives)) / (halfLives * Math.Log(2));
}
