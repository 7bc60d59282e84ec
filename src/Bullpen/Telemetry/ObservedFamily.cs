using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>A counter or gauge that is asked at each scrape: only what it says then is shown, so that its series may end.</summary>
internal sealed class ObservedFamily(MetricDefinition metric) : MetricFamily(metric)
{
    private readonly List<(string Labels, double Value)> _samples = [];

    internal override void BeginScrape() => _samples.Clear();

    internal override void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _samples.Add((PrometheusText.Labels(labels), value));

    protected override void WriteSamples(PrometheusText text)
    {
        foreach (var (labels, value) in _samples) text.Sample(Name, labels, value);
    }
}
