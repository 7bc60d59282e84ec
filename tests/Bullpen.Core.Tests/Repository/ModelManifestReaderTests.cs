using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelManifestReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_key_enters_the_manifest()
    {
        var manifest = Read("""
            {
              // what it is
              "description": "d", "input": "table", "columns": ["a", "b"], "labels": ["x", "x"], "topK": 3,
              "versions": {"specific": ["1", 3]}, "workers": 2, "maxBatchSize": 64, "pin": true, "source": "s", "licence": "MIT",
            }
            """);

        manifest.Description.ShouldBe("d");
        manifest.Input.ShouldBe(InputKind.Table);
        manifest.Columns.ShouldBe(["a", "b"]);
        manifest.Labels.ShouldBe(["x", "x"]);
        manifest.TopK.ShouldBe(3);
        manifest.Versions!.Specific.ShouldBe(["1", "3"]);
        manifest.Workers.ShouldBe(2);
        manifest.MaxBatchSize.ShouldBe(64);
        manifest.Pin.ShouldBeTrue();
        manifest.Source.ShouldBe("s");
        manifest.Licence.ShouldBe("MIT");
    }

    [Fact]
    public void An_empty_object_is_the_empty_manifest() => Read("\uFEFF{}").ShouldBe(ModelManifest.Empty);

    [Fact]
    public void License_is_licence() => Read("""{"license": "MIT"}""").Licence.ShouldBe("MIT");

    [Fact]
    public void Policies_can_be_words_or_objects()
    {
        Read("""{"versions": "latest"}""").Versions.ShouldBe(VersionPolicy.Default);
        Read("""{"versions": "all"}""").Versions.ShouldBe(VersionPolicy.All);
        Read("""{"versions": {"latest": 2}}""").Versions.ShouldBe(new VersionPolicy(2, null));
    }

    [Theory]
    [InlineData("""{"lables": ["a"]}""", "model.json: unknown key \"lables\". Did you mean \"labels\"?")]
    [InlineData("""{"topk": 1}""", "model.json: unknown key \"topk\". Did you mean \"topK\"?")]
    [InlineData("""{"topK": "five"}""", "model.json, key \"topK\": expected an integer of at least 1, got \"five\" (a string).")]
    [InlineData("""{"workers": 0}""", "model.json, key \"workers\": expected an integer from 1 to 1024, got 0 (a number).")]
    [InlineData("""{"workers": 2147483647}""", "model.json, key \"workers\": expected an integer from 1 to 1024, got 2147483647 (a number).")]
    [InlineData("""{"maxBatchSize": 0}""", "model.json, key \"maxBatchSize\": expected an integer of at least 1, got 0 (a number).")]
    [InlineData("""{"maxBatchSize": "8"}""", "model.json, key \"maxBatchSize\": expected an integer of at least 1, got \"8\" (a string).")]
    [InlineData("""{"topK": 1.5}""", "model.json, key \"topK\": expected an integer of at least 1, got 1.5 (a number).")]
    [InlineData("""{"pin": null}""", "model.json, key \"pin\": expected true or false, got null.")]
    [InlineData("""{"input": "sound"}""", "model.json, key \"input\": expected \"text\", \"image\", \"table\" or \"tensors\", got \"sound\" (a string).")]
    [InlineData("""{"columns": ["a", "a"]}""", "model.json, key \"columns\": expected an array of different strings, none empty, at least one, got [\"a\", \"a\"] (an array).")]
    [InlineData("""{"labels": []}""", "model.json, key \"labels\": expected an array of strings, none empty, at least one, got [] (an array).")]
    [InlineData("""{"versions": {"latest": 0}}""", "model.json, key \"versions\": expected \"latest\", \"all\", {\"latest\": 2} or {\"specific\": [\"1\", \"3\"]}, got {\"latest\": 0} (an object).")]
    [InlineData("""{"versions": {"specific": ["../1"]}}""", "model.json, key \"versions\": expected")]
    [InlineData("""{"versions": {"latest": 1, "specific": [1]}}""", "model.json, key \"versions\": expected")]
    [InlineData("""{"versionLabels": {"a b": 1}}""", "model.json, key \"versionLabels\": expected an object of versions by label, {\"stable\": \"1\", \"canary\": \"2\"}, at least one; a label is 1 to 64")]
    [InlineData("""{"versionLabels": {"stable": ["1"]}}""", "model.json, key \"versionLabels\": expected an object of versions by label")]
    [InlineData("""{"versionLabels": {}}""", "model.json, key \"versionLabels\": expected an object of versions by label")]
    [InlineData("{\"versionLabels\": {\"a\": 1, \"a\": 2}}", "model.json is not valid JSON")]
    [InlineData("[1]", "model.json: expected an object, got [1] (an array).")]
    [InlineData("{\"pin\": true,\n \"pin\": false}", "model.json is not valid JSON")]
    [InlineData("{\n  \"pin\" true}", "model.json is not valid JSON at line 2, byte ")]
    [InlineData("", "model.json is not valid JSON")]
    [InlineData("""{"description": "\ud800"}""", "model.json holds text that is not valid Unicode.")]
    public void A_slip_is_named(string json, string message)
    {
        var error = Should.Throw<ServingException>(() => Read(json));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldStartWith(message);
        error.Message.ShouldNotContain("LineNumber");
    }

    [Fact]
    public void A_wrong_value_is_told_in_parts_too()
    {
        var error = Should.Throw<ServingException>(() => Read("""{"topK": true}"""));

        (error.Field, error.Expected, error.Actual).ShouldBe(("topK", "an integer of at least 1", "true (a boolean)"));
    }

    [Fact]
    public void A_key_without_a_near_one_gets_the_whole_list() =>
        Should.Throw<ServingException>(() => Read("""{"zzzzzzzz": 1}""")).Message.ShouldContain("The keys are $schema, description, input,");

    [Fact]
    public void A_file_over_the_limit_is_not_read() =>
        Should.Throw<ServingException>(() => Read(new string(' ', ModelManifestReader.MaxBytes) + "{}"))
            .Message.ShouldBe("model.json is 1,048,578 bytes large; at most 1,048,576 are read.");

    private ModelManifest Read(string json) => ModelManifestReader.Read(_folder.Write("model.json", json));
}
