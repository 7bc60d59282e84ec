using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class VersionLabelsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_read_with_their_versions()
    {
        Versions("1", "2");
        _folder.Write("m/model.json", """{"versions": "all", "versionLabels": {"stable": "1", "canary": 2}}""");

        Only().Labels.ToDictionary().ShouldBe(new Dictionary<string, string> { ["stable"] = "1", ["canary"] = "2" }, ignoreOrder: true);
        Only().Fault.ShouldBeNull();
    }

    [Fact]
    public void A_single_file_is_version_1()
    {
        _folder.Model("m/model.onnx");
        _folder.Write("m/model.json", """{"versionLabels": {"stable": 1}}""");
        Only().Labels["stable"].ShouldBe("1");

        _folder.Write("m/model.json", """{"versionLabels": {"stable": 2}}""");
        Only().Fault.ShouldBeNull();
    }

    [Fact]
    public void A_label_of_a_version_that_is_not_served_is_a_warning_that_names_both_and_no_fault()
    {
        Versions("1", "2");
        _folder.Write("m/model.json", """{"versionLabels": {"stable": 1}}""");

        var (models, warnings) = new ModelRepository(_folder.Path).Scan();

        models.ShouldHaveSingleItem().Fault.ShouldBeNull();
        warnings.ShouldBe(["Model m: the label \"stable\" (versionLabels) stands for version 1, which is not served; 2 is. Which are, the key \"versions\" says."]);
    }

    [Fact]
    public void A_label_may_stand_for_a_version_that_is_broken()
    {
        Versions("1");
        _folder.Write("m/2/model.onnx", "no model");
        _folder.Write("m/model.json", """{"versions": "all", "versionLabels": {"canary": 2}}""");

        (Only().Fault, Only().Labels["canary"]).ShouldBe((null, "2"));
    }

    [Fact]
    public void Entries_of_one_model_share_their_labels()
    {
        _folder.Model("config/a.onnx");
        _folder.Model("config/b.onnx");
        _folder.Write("models.json", """
            [{"id": "m", "path": "config/a.onnx", "version": 1, "versionLabels": {"canary": 2, "stable": 1}},
             {"id": "m", "path": "config/b.onnx", "version": 2, "versionLabels": {"canary": 2}}]
            """);

        Only().Labels.ToDictionary().ShouldBe(new Dictionary<string, string> { ["canary"] = "2", ["stable"] = "1" }, ignoreOrder: true);
        Only().Versions.ShouldAllBe(version => version.Fault == null);
    }

    [Fact]
    public void Entries_that_differ_in_a_label_are_both_at_fault()
    {
        _folder.Model("config/a.onnx");
        _folder.Model("config/b.onnx");
        _folder.Model("config/c.onnx");
        _folder.Write("models.json", """
            [{"id": "m", "path": "config/a.onnx", "version": 1, "versionLabels": {"stable": 1}},
             {"id": "m", "path": "config/b.onnx", "version": 2, "versionLabels": {"stable": 2}}, {"id": "m", "path": "config/c.onnx", "version": 3}]
            """);

        var model = Only();

        model.Default.Id.Version.ShouldBe("3");
        foreach (var version in new[] { "1", "2" })
            model.Find(version)!.Fault.ShouldBe("models.json, key \"versionLabels\": the label \"stable\" stands for several versions: 2, 1.");
    }

    [Fact]
    public void Labels_wait_for_the_version_of_an_entry_that_is_not_at_rest_yet()
    {
        _folder.Model("config/a.onnx");
        _folder.Write("models.json", """[{"id": "m", "path": "config/a.onnx", "version": 1}]""");
        var index = new RepositoryIndex(_folder.Path);
        index.Look();
        _folder.Model("config/b.onnx");
        _folder.Write("models.json", """
            [{"id": "m", "path": "config/a.onnx", "version": 1, "versionLabels": {"canary": 2}}, {"id": "m", "path": "config/b.onnx", "version": 2}]
            """);

        var seen = new List<string>();
        for (var look = 0; look < 5; look++)
        {
            index.Look();
            var model = index.Contents.Models.ShouldHaveSingleItem();
            model.Versions.ShouldAllBe(version => version.Fault == null);
            seen.Add($"{model.Versions.Count} {model.Labels.Count}");
        }

        seen[^1].ShouldBe("2 1");
    }

    private void Versions(params string[] versions)
    {
        foreach (var version in versions) _folder.Model($"m/{version}/model.onnx");
    }

    private CatalogModel Only() => new ModelRepository(_folder.Path).Scan().Models.ShouldHaveSingleItem();
}
