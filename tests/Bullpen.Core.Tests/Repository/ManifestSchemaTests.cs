using System.Text.Json;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Repository;

/// <summary>The published schemas and the readers speak of the same keys.</summary>
public sealed class ManifestSchemaTests
{
    [Fact]
    public void The_schema_and_the_reader_know_the_same_keys() =>
        Keys(Schema("model").GetProperty("properties")).ShouldBe(ManifestKey.All.Select(k => k.Name), ignoreOrder: true);

    [Fact]
    public void The_schema_of_entries_adds_their_own_keys_and_no_others() =>
        Keys(Schema("models").GetProperty("$defs").GetProperty("entry").GetProperty("properties"))
            .ShouldBe(ManifestKey.All.Select(k => k.Name).Concat(ModelsConfig.OwnKeys), ignoreOrder: true);

    [Fact]
    public void Every_example_in_the_schema_is_accepted()
    {
        var read = 0;
        foreach (var key in Schema("model").GetProperty("properties").EnumerateObject())
        {
            foreach (var example in key.Value.GetProperty("examples").EnumerateArray())
            {
                using var document = JsonDocument.Parse($"{{\"{key.Name}\": {example.GetRawText()}}}");
                Should.NotThrow(() => ModelManifestReader.Read(document.RootElement, ModelManifest.Empty, "the example", []));
                read++;
            }
        }

        read.ShouldBeGreaterThanOrEqualTo(ManifestKey.All.Count);
    }

    [Fact]
    public void Every_key_has_a_description() =>
        Schema("model").GetProperty("properties").EnumerateObject().ShouldAllBe(p => p.Value.GetProperty("description").GetString()!.Length > 10);

    [Theory]
    [InlineData("input")]
    [InlineData("topK")]
    [InlineData("pin")]
    [InlineData("labels")]
    public void What_the_schema_calls_a_type_the_reader_insists_on(string key)
    {
        using var document = JsonDocument.Parse($"{{\"{key}\": {{}}}}");

        Should.Throw<ServingException>(() => ModelManifestReader.Read(document.RootElement, ModelManifest.Empty, "m", [])).Field.ShouldBe(key);
    }

    private static IEnumerable<string> Keys(JsonElement properties) => properties.EnumerateObject().Select(p => p.Name);

    private static JsonElement Schema(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Bullpen.slnx")))
            folder = Path.GetDirectoryName(folder);
        folder.ShouldNotBeNull("The tests run inside the checkout.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "docs", "schemas", $"{name}.schema.json")));
        return document.RootElement.Clone();
    }
}
