using System.Text.RegularExpressions;
using Bullpen.Core.Telemetry;
using Bullpen.Telemetry;
using Bullpen.TestKit;

namespace Bullpen.Tests.Telemetry;

/// <summary>docs/operations.md says what there is, and nothing that is not.</summary>
public sealed class MetricsDocumentationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string Document = File.ReadAllText(Checkout.At("docs", "operations.md"));

    [Fact]
    public void Every_metric_has_its_row_with_type_labels_and_help()
    {
        foreach (var metric in ServingMetrics.All)
        {
            metric.Help.ShouldEndWith(".");
            var labels = string.Join(", ", metric.Labels.Select(label => $"`{label}`"));
            Document.ShouldContain($"| `{PrometheusName.Of(metric)}` | {metric.Type.ToString().ToLowerInvariant()} | {labels} | {metric.Help} |", Case.Sensitive);
        }
    }

    [Fact]
    public void Every_metric_that_is_named_exists()
    {
        var names = ServingMetrics.All.SelectMany(metric => metric.Type == MetricType.Histogram
            ? new[] { "", "_bucket", "_sum", "_count" }.Select(suffix => PrometheusName.Of(metric) + suffix)
            : [PrometheusName.Of(metric)]).ToList();

        var named = Regex.Matches(Document, @"\bbullpen_\w+", RegexOptions.None, Patience).Select(match => match.Value).Distinct().ToList();

        named.Count.ShouldBeGreaterThanOrEqualTo(ServingMetrics.All.Count);
        named.Except(names).ShouldBeEmpty();
    }

    [Fact]
    public void The_list_has_every_metric_that_is_defined_once()
    {
        var defined = typeof(ServingMetrics).GetProperties().Where(property => property.PropertyType == typeof(MetricDefinition))
            .Select(property => (MetricDefinition)property.GetValue(null)!);

        ServingMetrics.All.ShouldBe(defined, ignoreOrder: true);
        ServingMetrics.All.Select(PrometheusName.Of).ShouldBeUnique();
    }

    [SkippableFact]
    public async Task The_alerts_are_rules_that_Prometheus_takes()
    {
        Skip.IfNot(Promtool.IsThere, Promtool.Missing);
        var rules = Regex.Match(Document, "```yaml\n(?<rules>groups:.*?)```", RegexOptions.Singleline, Patience).Groups["rules"].Value;
        using var folder = new TempFolder();

        rules.ShouldNotBeEmpty();
        (await Promtool.RunAsync("", "check", "rules", folder.Write("rules.yml", rules))).ShouldBeEmpty();
    }
}
