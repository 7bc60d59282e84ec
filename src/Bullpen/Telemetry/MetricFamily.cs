using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>One metric with all its series, as a scrape shows it.</summary>
internal abstract class MetricFamily(MetricDefinition metric)
{
    /// <summary>The Prometheus name.</summary>
    internal string Name { get; } = PrometheusName.Of(metric);

    /// <summary>Writes it whole.</summary>
    internal void Write(PrometheusText text)
    {
        text.Head(Name, metric.Help, metric.Type);
        WriteSamples(text);
    }

    /// <summary>A number came, pushed by an event or, while a scrape runs, by the instrument that was asked.</summary>
    internal abstract void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels);

    /// <summary>A scrape begins: what instruments are asked for comes anew.</summary>
    internal virtual void BeginScrape()
    {
    }

    protected abstract void WriteSamples(PrometheusText text);
}
