using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>
/// The Prometheus name of a metric: <c>bullpen.load.duration</c> in <c>s</c> is <c>bullpen_load_duration_seconds</c>. Source:
/// OpenTelemetry specification, compatibility/prometheus_and_openmetrics.md.
/// </summary>
internal static class PrometheusName
{
    internal static string Of(MetricDefinition metric) => Of(metric.Name, metric.Unit, metric.Type);

    internal static string Of(string name, string? unit, MetricType type) =>
        Valid(name) + UnitSuffix(unit) + (type == MetricType.Counter ? "_total" : "");

    /// <summary>A label's name: letters, digits and underscores, the first no digit.</summary>
    internal static string OfLabel(string name) => Valid(name);

    private static string Valid(string name)
    {
        var valid = string.Create(name.Length, name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });
        return valid.Length == 0 || char.IsAsciiDigit(valid[0]) ? "_" + valid : valid;
    }

    private static string UnitSuffix(string? unit) => unit switch
    {
        null => "",
        "s" => "_seconds",
        "By" => "_bytes",
        _ => throw new ArgumentException($"The unit {unit} has no Prometheus name yet.", nameof(unit)),
    };
}
