using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelRepositoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_layout_just_works()
    {
        _folder.Model("flat.onnx");
        _folder.Model("plain/model.onnx");
        _folder.Model("other/network.onnx");
        _folder.Model("numbered/1/model.onnx");
        _folder.Model("numbered/10/net.onnx");
        _folder.Model("numbered/9/model.onnx");

        var models = Scan().Models;

        models.Select(m => m.Name).ShouldBe(["flat", "numbered", "other", "plain"]);
        models.ShouldAllBe(m => m.Fault == null && m.Default.Origin == ModelOrigin.Repository);
        models.Select(m => m.Default.Id.Version).ShouldBe(["1", "10", "1", "1"]);
        models.Select(m => m.Default.Url).ShouldBe(["flat.onnx", "numbered", "other", "plain"]);
        models[1].Default.Path.ShouldBe(_folder.At("numbered/10/net.onnx"));
    }

    [Theory]
    [InlineData("\"latest\"", new[] { "10" })]
    [InlineData("{\"latest\": 2}", new[] { "10", "9" })]
    [InlineData("\"all\"", new[] { "10", "9", "1" })]
    [InlineData("{\"specific\": [1, \"9\"]}", new[] { "9", "1" })]
    public void The_policy_picks_the_versions(string policy, string[] expected)
    {
        _folder.Model("m/1/model.onnx");
        _folder.Model("m/9/model.onnx");
        _folder.Model("m/10/model.onnx");
        _folder.Model("m/007/model.onnx");
        _folder.Write("m/model.json", $"{{\"versions\": {policy}}}");

        Only().Versions.Select(v => v.Id.Version).ShouldBe(expected);
        Only().Versions.ShouldAllBe(v => v.Fault == null);
    }

    [Fact]
    public void A_version_that_is_asked_for_and_missing_is_a_fault_of_that_version_alone()
    {
        _folder.Model("m/1/model.onnx");
        _folder.Write("m/model.json", """{"versions": {"specific": [1, 7]}}""");

        var model = Only();

        model.Default.Id.Version.ShouldBe("1");
        model.Find("7")!.Fault.ShouldBe("m has no version 7, which is asked for; it has 1.");
    }

    [Fact]
    public void A_broken_newest_version_leaves_the_one_before_it_in_service()
    {
        _folder.Model("m/1/model.onnx");
        _folder.Model("m/2/model.onnx");
        _folder.Folder("m/3");

        var model = Only();

        model.Versions.Select(v => (v.Id.Version, v.Fault)).ShouldBe([("3", "m/3 is an empty folder."), ("2", null)]);
        model.Default.Id.Version.ShouldBe("2");
    }

    [Fact]
    public void A_manifest_is_read_in_every_layout()
    {
        _folder.Model("flat.onnx");
        _folder.Write("flat/model.json", """{"labels": ["flat"]}""");
        _folder.Model("plain/model.onnx");
        _folder.Write("plain/model.json", """{"labels": ["plain"]}""");
        _folder.Model("numbered/2/model.onnx");
        _folder.Write("numbered/model.json", """{"labels": ["numbered"]}""");

        var contents = Scan();

        contents.Models.Select(m => m.Default.Manifest.Labels!.Single()).ShouldBe(["flat", "numbered", "plain"]);
        contents.Models.ShouldAllBe(m => m.Fault == null);
        contents.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Broken_entries_say_what_is_wrong_and_harm_no_other()
    {
        _folder.Model("good.onnx");
        _folder.Model("bad name.onnx");
        _folder.Folder("empty");
        _folder.Write("textual/readme.txt", "hello");
        _folder.Model("two/a.onnx");
        _folder.Model("two/b.onnx");
        _folder.Model("both/model.onnx");
        _folder.Model("both/1/model.onnx");
        _folder.Model("typo/model.onnx");
        _folder.Write("typo/model.json", """{"lable": []}""");
        _folder.Write("pickled.onnx", ModelBytes.Pickle());
        _folder.Write("sk.pkl", ModelBytes.Pickle(4, "sklearn.svm"));
        _folder.Write("net-0000.params", ModelBytes.MxNetParams);
        _folder.Write("infolder/model.h5", [0x89, .. "HDF\r\n"u8, 0x1A, 0x0A]);
        _folder.Write("saved/saved_model.pb", ModelBytes.SavedModel);
        _folder.Write("renamed.pb", ModelBytes.Onnx);
        _folder.Link("dangling.onnx", _folder.At("nowhere"));
        _folder.Link("dangling-folder/model.onnx", _folder.At("nowhere"));

        var faults = Scan().Models.ToDictionary(m => m.Name, m => m.Fault);

        faults.Keys.Order(StringComparer.Ordinal).ShouldBe(
            ["bad name", "both", "dangling", "dangling-folder", "empty", "good", "infolder", "net-0000", "pickled", "renamed", "saved", "sk", "textual", "two", "typo"]);
        faults["good"].ShouldBeNull();
        faults["bad name"].ShouldBe($"bad name.onnx gives no valid model name. A name is {ModelName.Rule}.");
        faults["empty"].ShouldBe("empty is an empty folder.");
        faults["textual"].ShouldBe("textual holds no model: expected model.onnx, a single .onnx file, or version folders such as 1/model.onnx.");
        faults["two"].ShouldBe("two holds several .onnx files (a.onnx, b.onnx) and none is called model.onnx; keep one, or give one that name.");
        faults["both"].ShouldBe("both holds both a model file and version folders (1); keep one of the two.");
        faults["typo"]!.ShouldStartWith("typo/model.json: unknown key \"lable\".");
        faults["pickled"]!.ShouldStartWith("pickled.onnx looks like a Python pickle (protocol 4)");
        faults["sk"]!.ShouldStartWith("sk.pkl looks like a Python pickle (protocol 4) of scikit-learn");
        faults["net-0000"]!.ShouldStartWith("net-0000.params looks like MXNet parameters");
        faults["infolder"]!.ShouldStartWith("infolder/model.h5 looks like an HDF5 file");
        faults["saved"]!.ShouldStartWith("saved looks like a TensorFlow SavedModel");
        faults["renamed"].ShouldBe("renamed.pb does not end in .onnx; if it is an ONNX model, rename it.");
        faults["dangling"].ShouldBe("dangling.onnx cannot be read: it is not there, or is a link to nothing.");
        faults["dangling-folder"].ShouldBe("dangling-folder/model.onnx cannot be read: it is not there, or is a link to nothing.");
        faults.Values.ShouldAllBe(f => f == null || !f.Contains(_folder.Path));
    }

    [Fact]
    public void What_is_no_model_is_ignored_silently()
    {
        _folder.Model("m.onnx");
        _folder.Model(".hidden.onnx");
        _folder.Write("._m.onnx", "resource fork");
        _folder.Model(".git/model.onnx");
        _folder.Write("README.md", "#");
        _folder.Write("LICENSE", "MIT");
        _folder.Write("NOTICE", "n");
        _folder.Write("m.onnx.data", "weights");
        _folder.Write("config/other.json", "{}");
        _folder.Write("plain/._model.onnx", "resource fork");
        _folder.Model("plain/model.onnx");

        var contents = Scan();

        contents.Models.Select(m => m.Name).ShouldBe(["m", "plain"]);
        contents.Models.ShouldAllBe(m => m.Fault == null);
        contents.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Of_several_entries_of_one_name_configuration_beats_folder_beats_file_beats_other_kinds()
    {
        _folder.Model("a.onnx");
        _folder.Model("a/model.onnx");
        _folder.Write("a.pkl", ModelBytes.Pickle());
        _folder.Model("b.onnx");
        _folder.Model("b/model.onnx");
        _folder.Model("elsewhere.onnx");
        _folder.Write("models.json", """[{"id": "b", "path": "elsewhere.onnx"}]""");

        var contents = Scan();

        contents.Models.Select(m => (m.Name, m.Default.Url)).ShouldBe([("a", "a"), ("b", "elsewhere.onnx"), ("elsewhere", "elsewhere.onnx")]);
        contents.Warnings.ShouldBe(
        [
            "The folder b is passed over: models.json lists a model b.",
            "The file a.onnx is passed over: there is another model a, from a.",
            "The file b.onnx is passed over: there is another model b, from elsewhere.onnx.",
        ]);
    }

    [Fact]
    public void A_folder_without_a_model_does_not_hide_the_file_of_its_name()
    {
        _folder.Model("m.onnx");
        _folder.Write("m/notes.txt", "how it was trained");

        var contents = Scan();

        contents.Models.ShouldHaveSingleItem().Fault.ShouldBeNull();
        contents.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_repository_is_fine_and_a_missing_one_is_told_in_one_line()
    {
        Scan().Models.ShouldBeEmpty();

        var missing = Should.Throw<ServingException>(() => new ModelRepository(_folder.At("absent")).Scan());
        missing.Kind.ShouldBe(ServingErrorKind.ModelSourceNotFound);
        missing.Message.ShouldBe($"The model repository {_folder.At("absent")} does not exist.");
        var file = _folder.Write("file", "x");
        Should.Throw<ServingException>(() => new ModelRepository(file).Scan()).Message.ShouldEndWith(" is a file, not a folder.");
    }

    [Fact]
    public void A_link_in_a_circle_harms_no_other()
    {
        _folder.Model("good.onnx");
        _folder.Link("circle.onnx", _folder.At("circle.onnx"));

        var models = Scan().Models;

        models.Single(m => m.Name == "good").Fault.ShouldBeNull();
        models.Where(m => m.Name == "circle").ShouldAllBe(m => m.Fault != null);
    }

    [Fact]
    public void What_cannot_be_read_is_a_broken_entry()
    {
        // Permissions do not bind the superuser, whom tests may run as; a file that another stream holds is closed to everybody.
        _folder.Model("good.onnx");
        using var held = new FileStream(_folder.Model("held.onnx"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var models = Scan().Models;

        models.Select(m => m.Name).ShouldBe(["good", "held"]);
        models[0].Fault.ShouldBeNull();
        models[1].Fault.ShouldNotBeNull().ShouldStartWith("held.onnx cannot be read");
    }

    private RepositoryContents Scan() => new ModelRepository(_folder.Path).Scan();

    private CatalogModel Only() => Scan().Models.ShouldHaveSingleItem();
}
