using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelsConfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""[{"id": "s", "type": "text", "path": "../nets/s.onnx", "labels": ["a"]}]""")]
    [InlineData("""{"models": [{"id": "s", "type": "text", "path": "../nets/s.onnx", "labels": ["a"]}]}""")]
    [InlineData("""{"models": {"s": {"type": "text", "path": "../nets/s.onnx", "labels": ["a"]}}}""")]
    [InlineData("""{"$schema": "x", "s": {"input": "text", "path": "../nets/s.onnx", "labels": ["a"]}}""")]
    public void Each_form_says_the_same(string json)
    {
        var model = _folder.Model("nets/s.onnx");
        _folder.Write("config/models.json", json);

        var definition = Scan("s").Default;

        definition.Fault.ShouldBeNull();
        definition.Path.ShouldBe(model);
        definition.Url.ShouldBe("nets/s.onnx");
        definition.Origin.ShouldBe(ModelOrigin.Config);
        definition.Manifest.Input.ShouldBe(InputKind.Text);
        definition.Manifest.Labels.ShouldBe(["a"]);
    }

    [Fact]
    public void A_model_may_be_called_models()
    {
        _folder.Model("config/m.onnx");
        _folder.Write("models.json", """{"models": {"path": "config/m.onnx"}}""");

        Scan("models").Fault.ShouldBeNull();
    }

    [Fact]
    public void A_folder_keeps_its_manifest_and_the_entry_beats_it_key_by_key()
    {
        _folder.Model("config/m/1/model.onnx");
        _folder.Model("config/m/2/model.onnx");
        _folder.Write("config/m/model.json", """{"labels": ["folder"], "topK": 1}""");
        _folder.Write("models.json", """[{"id": "one", "path": "config/m", "version": 1, "topK": 9}, {"id": "both", "path": "config/m", "versions": "all"}]""");

        var one = Scan("one");

        one.Versions.ShouldHaveSingleItem().Id.ShouldBe(new ModelId("one", "1"));
        (one.Default.Manifest.TopK, one.Default.Manifest.Labels!.Single()).ShouldBe((9, "folder"));
        Scan("both").Versions.Select(v => v.Id.Version).ShouldBe(["2", "1"]);
    }

    [Fact]
    public void Entries_of_one_name_are_versions_of_one_model()
    {
        _folder.Model("config/a.onnx");
        _folder.Model("config/b.onnx");
        _folder.Write("config/models.json", """
            [{"id": "m", "path": "a.onnx", "version": "1.9"}, {"id": "m", "path": "b.onnx", "version": "1.10"}, {"id": "m", "path": "a.onnx", "version": "1.9"}]
            """);

        var contents = new ModelRepository(_folder.Path).Scan();

        var model = contents.Models.ShouldHaveSingleItem();
        model.Versions.Select(v => v.Id.Version).ShouldBe(["1.10", "1.9"]);
        contents.Warnings.ShouldBe(["models.json lists version 1.9 of m again; the first entry counts."]);
    }

    [Theory]
    [InlineData("""{"id": "x", "path": "absent"}""", "x", "models.json, entry 1, key \"path\": there is no file and no folder absent, relative to models.json.")]
    [InlineData("""{"id": "x"}""", "x", "models.json, entry 1: the key \"path\" is missing.")]
    [InlineData("""{"path": "good.onnx"}""", "models.json#1", "models.json, entry 1: the key \"id\" is missing.")]
    [InlineData("""{"id": "x y", "path": "good.onnx"}""", "x y", "models.json, entry 1: \"x y\" is no valid model name.")]
    [InlineData("""{"id": "x", "path": "good.onnx", "type": "sentiment"}""", "x", "models.json, entry 1, key \"type\": expected \"text\", \"image\", \"table\" or \"tensors\", got \"sentiment\" (a string).")]
    [InlineData("""{"id": "x", "path": "good.onnx", "type": "text", "input": "image"}""", "x", "models.json, entry 1: \"type\" and \"input\" mean the same and differ")]
    [InlineData("""{"id": "x", "path": "good.onnx", "lables": []}""", "x", "models.json, entry 1: unknown key \"lables\". Did you mean \"labels\"?")]
    [InlineData("""{"id": "x", "path": "good.onnx", "version": "../1"}""", "x", "models.json, entry 1, key \"version\": expected")]
    [InlineData("""{"id": "x", "path": "a\u0000b"}""", "x", "models.json, entry 1, key \"path\": there is no file and no folder a?b")]
    [InlineData("\"x\"", "models.json#1", "models.json, entry 1: expected an object, got \"x\" (a string).")]
    public void A_broken_entry_harms_no_other(string entry, string name, string fault)
    {
        _folder.Model("config/good.onnx");
        _folder.Write("config/models.json", $$"""[{{entry}}, {"id": "good", "path": "good.onnx"}]""");

        Scan("good").Fault.ShouldBeNull();
        Scan(name).Fault!.ShouldStartWith(fault);
    }

    [Fact]
    public void An_absolute_path_is_not_shown()
    {
        using var other = new TempFolder();
        var model = other.Model("deep/net.onnx");
        var config = other.Write("my.json", $$"""[{"id": "m", "path": "{{model}}"}]""");

        var definition = new ModelRepository(_folder.Path, config).Scan().Models.ShouldHaveSingleItem().Default;

        (definition.Path, definition.Url, definition.Fault).ShouldBe((model, "net.onnx", null));
    }

    [Fact]
    public void A_file_that_cannot_be_read_as_a_whole_stops_the_scan()
    {
        _folder.Write("models.json", "[{");
        Should.Throw<ServingException>(() => new ModelRepository(_folder.Path).Scan()).Message.ShouldStartWith("models.json is not valid JSON at line 1");

        _folder.Write("models.json", """{"models": [], "extra": 1}""");
        Should.Throw<ServingException>(() => new ModelRepository(_folder.Path).Scan()).Message.ShouldBe("models.json: unknown key \"extra\" beside \"models\".");

        Should.Throw<ServingException>(() => new ModelRepository(_folder.Path, _folder.At("no.json")).Scan())
            .Message.ShouldBe($"The models configuration {_folder.At("no.json")} does not exist.");
    }

    private CatalogModel Scan(string name) => new ModelRepository(_folder.Path).Scan().Models.Single(m => m.Name == name);
}
