using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>A counter that is told of each event.</summary>
internal sealed class CounterFamily : MetricFamily
{
    private readonly SeriesSet<Cell> _series = new(static () => new Cell());

    internal CounterFamily(MetricDefinition metric)
        : base(metric)
    {
        // Without labels there is one series, from the start.
        if (metric.Labels.Length == 0) _series.Of([]);
    }

    internal override void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => _series.Of(labels).Add((long)value);

    protected override void WriteSamples(PrometheusText text)
    {
        foreach (var series in _series.All) text.Sample(Name, series.Text, series.Cell.Value);
    }

    private sealed class Cell
    {
        private long _value;

        internal long Value => Volatile.Read(ref _value);

        internal void Add(long value) => Interlocked.Add(ref _value, value);
    }
}
