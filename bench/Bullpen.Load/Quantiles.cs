namespace Bullpen.Load;

/// <summary>Quantiles of what was measured.</summary>
internal static class Quantiles
{
    /// <summary>The value that <paramref name="share"/> of the values do not exceed.</summary>
    /// <param name="sorted">The values in ascending order, at least one.</param>
    /// <param name="share">From 0 to 1.</param>
    internal static double Of(IReadOnlyList<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
