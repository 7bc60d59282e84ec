using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>A histogram that is told of each observation.</summary>
internal sealed class HistogramFamily : MetricFamily
{
    private readonly string[] _boundLabels;
    private readonly SeriesSet<HistogramCell> _series;

    internal HistogramFamily(MetricDefinition metric)
        : base(metric)
    {
        double[] bounds = [.. metric.Buckets];
        _boundLabels = [.. bounds.Append(double.PositiveInfinity).Select(bound => $"le=\"{PrometheusText.Number(bound)}\"")];
        _series = new SeriesSet<HistogramCell>(() => new HistogramCell(bounds));

        // Without labels there is one series, from the start.
        if (metric.Labels.Length == 0) _series.Of([]);
    }

    internal override void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => _series.Of(labels).Observe(value);

    protected override void WriteSamples(PrometheusText text)
    {
        var counts = new long[_boundLabels.Length];
        foreach (var series in _series.All)
        {
            // The count is the sum of the buckets that were read, so that the two never contradict each other.
            var sum = series.Cell.Read(counts);
            var comma = series.Text.Length == 0 ? "" : ",";
            var total = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                text.Sample(Name + "_bucket", $"{series.Text}{comma}{_boundLabels[i]}", total);
            }

            text.Sample(Name + "_sum", series.Text, sum);
            text.Sample(Name + "_count", series.Text, total);
        }
    }
}
