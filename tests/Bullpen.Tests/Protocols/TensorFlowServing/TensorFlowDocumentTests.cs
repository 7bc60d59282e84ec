using System.Reflection;
using System.Text.RegularExpressions;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.TensorFlowServing;

/// <summary>docs/protocols/tensorflow-serving.md says what proves each row: that has to be there.</summary>
public sealed class TensorFlowDocumentTests
{
    private static string Document => File.ReadAllText(Checkout.At("docs", "protocols", "tensorflow-serving.md"));

    [Fact]
    public void Every_test_that_the_document_names_exists()
    {
        var named = Regex.Matches(Document, @"`(?<type>\w+(Tests|Properties))\.(?<method>\w+)`", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        named.Count.ShouldBeGreaterThan(20);

        foreach (var (type, method) in named.Select(match => (match.Groups["type"].Value, match.Groups["method"].Value)))
        {
            var file = Directory.EnumerateFiles(Checkout.At("tests"), type + ".cs", SearchOption.AllDirectories).ShouldHaveSingleItem(type);
            File.ReadAllText(file).ShouldContain($" {method}(", Case.Sensitive, $"{type}.{method}");
        }
    }

    [Fact]
    public void Every_test_of_these_routes_proves_a_row()
    {
        var types = new[] { typeof(TensorFlowPredictTests), typeof(TensorFlowClassifyTests), typeof(TensorFlowStatusTests), typeof(TensorFlowLabelTests) };
        var missing = types.SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any())
            .Select(method => $"{type.Name}.{method.Name}")).Where(name => !Document.Contains($"`{name}`"));

        missing.ShouldBeEmpty();
    }
}
