using System.Buffers;
using System.Globalization;
using System.Text;
using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>
/// Writes the Prometheus text exposition format 0.0.4. Source: prometheus/docs, instrumenting/exposition_formats.md. Names are
/// the caller's to keep valid (<see cref="PrometheusName"/>); values of labels may hold anything.
/// </summary>
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    /// <summary>What an answer in this format says that it is.</summary>
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The two lines before a metric's samples.</summary>
    internal void Head(string name, string help, MetricType type)
    {
        Line($"# HELP {name} {help.Replace(@"\", @"\\").Replace("\n", @"\n")}\n");
        Line($"# TYPE {name} {TypeName(type)}\n");
    }

    /// <summary>One sample.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="labels">As <see cref="Labels"/> makes them; empty for none.</param>
    /// <param name="value">The value, infinite or not a number too.</param>
    internal void Sample(string name, string labels, double value) =>
        Line(labels.Length == 0 ? $"{name} {Number(value)}\n" : $"{name}{{{labels}}} {Number(value)}\n");

    /// <summary>Labels as they stand between the braces of a sample.</summary>
    internal static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.Length == 0) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(PrometheusName.OfLabel(name)).Append("=\"");
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                _ = c switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append(@"\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>A number as Go reads it.</summary>
    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string TypeName(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        _ => "histogram",
    };

    private void Line(string line)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(line.Length));
        output.Advance(Encoding.UTF8.GetBytes(line, span));
    }
}
