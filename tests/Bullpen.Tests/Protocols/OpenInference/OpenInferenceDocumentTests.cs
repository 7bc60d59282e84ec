using System.Reflection;
using System.Text.RegularExpressions;
using Bullpen.Protocols.OpenInference;
using Bullpen.TestKit;
using Bullpen.Tests.Conformance;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>docs/protocols/open-inference.md says what proves each row: that has to be there.</summary>
public sealed class OpenInferenceDocumentTests
{
    private static readonly string Document = File.ReadAllText(Checkout.At("docs", "protocols", "open-inference.md"));

    [Fact]
    public void Every_test_that_the_document_names_exists()
    {
        var named = Regex.Matches(Document, @"`(?<type>\w+(Tests|Properties))\.(?<method>\w+)`", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        named.Count.ShouldBeGreaterThan(40);

        foreach (var (type, method) in named.Select(match => (match.Groups["type"].Value, match.Groups["method"].Value)))
        {
            var file = Directory.EnumerateFiles(Checkout.At("tests"), type + ".cs", SearchOption.AllDirectories).ShouldHaveSingleItem(type);
            File.ReadAllText(file).ShouldContain($" {method}(", Case.Sensitive, $"{type}.{method}");
        }
    }

    [Fact]
    public void Every_test_of_these_routes_proves_a_row()
    {
        var types = new[]
        {
            typeof(OpenInferenceServerTests), typeof(OpenInferenceRepositoryTests), typeof(OpenInferenceJsonTests),
            typeof(OpenInferenceBinaryTests), typeof(OpenInferenceFaultTests), typeof(OpenInferenceGenerateTests), typeof(OpenInferenceLoggingTests),
            typeof(OpenInferenceBatchTests),            typeof(OnnxBackendTests),
        };
        var missing = types.SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any())
            .Select(method => $"{type.Name}.{method.Name}")).Where(name => !Document.Contains($"`{name}`"));

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void Every_extension_that_is_reported_is_described_as_reported()
    {
        foreach (var extension in ServerAnswers.Extensions)
            Document.Split('\n').ShouldContain(line => line.StartsWith($"| `{extension}` | reported |", StringComparison.Ordinal), extension);
        Regex.Count(Document, @"^\| `[\w()]+` \| reported \|", RegexOptions.Multiline).ShouldBe(ServerAnswers.Extensions.Length);
    }
}
