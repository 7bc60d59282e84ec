namespace Bullpen.Telemetry;

/// <summary>The observations of one series: how many fell between each two bounds, and their sum. Takes no lock.</summary>
internal sealed class HistogramCell(double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    internal void Observe(double value)
    {
        var i = 0;
        while (i < bounds.Length && value > bounds[i]) i++;
        Interlocked.Increment(ref _counts[i]);

        var seen = Volatile.Read(ref _sum);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _sum, seen + value, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = found;
        }
    }

    /// <summary>Copies the counts, each on its own and not yet cumulated; returns the sum. An observation under way may be in one and not in the other.</summary>
    internal double Read(long[] counts)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] = Volatile.Read(ref _counts[i]);
        return Volatile.Read(ref _sum);
    }
}
