using System.Text.RegularExpressions;
using Bullpen.TestKit;

namespace Bullpen.Tests.SageMaker;

/// <summary>docs/protocols/sagemaker.md says what proves each row: that has to be there.</summary>
public sealed class SageMakerDocumentTests
{
    [Fact]
    public void Every_test_that_the_document_names_exists()
    {
        var document = File.ReadAllText(Checkout.At("docs", "protocols", "sagemaker.md"));
        var named = Regex.Matches(document, @"`(?<type>\w+(Tests|Properties))\.(?<method>\w+)`", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        named.Count.ShouldBeGreaterThan(20);

        foreach (var (type, method) in named.Select(match => (match.Groups["type"].Value, match.Groups["method"].Value)))
        {
            var file = Directory.EnumerateFiles(Checkout.At("tests"), type + ".cs", SearchOption.AllDirectories).ShouldHaveSingleItem(type);
            File.ReadAllText(file).ShouldContain($" {method}(", Case.Sensitive, $"{type}.{method}");
        }
    }
}
