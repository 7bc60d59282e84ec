using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

public sealed class RepositoryIndexTests : IDisposable
{
    private static readonly byte[] Longer = [.. ModelBytes.Onnx, 0x10, 17];

    private readonly TempFolder _folder = new();
    private readonly RepositoryIndex _index;

    public RepositoryIndexTests() => _index = new RepositoryIndex(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_look_at_what_did_not_change_changes_nothing_and_keeps_every_definition()
    {
        _folder.Model("flat.onnx");
        _folder.Model("m/1/model.onnx");
        _folder.Write("config/models.json", """[{"id": "listed", "path": "../flat.onnx"}]""");
        _index.Look().ShouldBeTrue();
        var before = _index.Contents;

        _index.Look().ShouldBeFalse();
        _index.Look().ShouldBeFalse();

        _index.Contents.ShouldBeSameAs(before);
    }

    [Fact]
    public void A_file_that_came_counts_when_two_looks_saw_the_same()
    {
        _folder.Model("old.onnx");
        _index.Look();
        var old = Model("old");
        _folder.Model("new.onnx");

        _index.Look().ShouldBeFalse();
        _index.Look().ShouldBeTrue();

        Names().ShouldBe(["new", "old"]);
        Model("old").ShouldBeSameAs(old);
    }

    [Fact]
    public void A_file_that_grows_is_left_alone_until_it_is_whole()
    {
        _index.Look();
        _folder.Write("m.onnx", ModelBytes.Onnx.AsSpan(0, 5));
        _index.Look().ShouldBeFalse();
        _folder.Write("m.onnx", ModelBytes.Onnx.AsSpan(0, 9));
        _index.Look().ShouldBeFalse();
        _folder.Write("m.onnx", ModelBytes.Onnx);
        _index.Look().ShouldBeFalse();
        Names().ShouldBeEmpty();

        _index.Look().ShouldBeTrue();

        Model("m").Fault.ShouldBeNull();
    }

    [Fact]
    public void A_file_written_over_is_another_definition_and_the_old_one_holds_until_then()
    {
        _folder.Model("m.onnx");
        _index.Look();
        var old = Model("m");
        _folder.Write("m.onnx", Longer);

        _index.Look();
        Model("m").ShouldBeSameAs(old);
        _index.Look();

        Model("m").Default.ShouldNotBeSameAs(old.Default);
    }

    [Fact]
    public void A_file_renamed_over_another_is_another_definition()
    {
        _folder.Model("m/model.onnx");
        _index.Look();
        var old = Model("m").Default;
        _folder.Write(".incoming", Longer);
        File.Move(_folder.At(".incoming"), _folder.At("m/model.onnx"), overwrite: true);

        LookTwice();

        Model("m").Default.ShouldNotBeSameAs(old);
    }

    [Fact]
    public void A_renamed_file_is_one_model_gone_and_another_come()
    {
        _folder.Model("a.onnx");
        _index.Look();
        File.Move(_folder.At("a.onnx"), _folder.At("b.onnx"));

        LookTwice();

        Names().ShouldBe(["b"]);
    }

    [Fact]
    public void A_file_that_is_away_for_one_look_was_never_gone()
    {
        _folder.Model("m.onnx");
        _index.Look();
        var old = Model("m");
        File.Move(_folder.At("m.onnx"), _folder.At(".m"));
        _index.Look();
        File.Move(_folder.At(".m"), _folder.At("m.onnx"));

        LookTwice();

        Model("m").ShouldBeSameAs(old);
    }

    [Fact]
    public void A_folder_that_goes_takes_its_model_along()
    {
        _folder.Model("m/model.onnx");
        _index.Look();
        Directory.Delete(_folder.At("m"), recursive: true);

        LookTwice();

        Names().ShouldBeEmpty();
    }

    [Fact]
    public void A_changed_manifest_is_another_definition()
    {
        _folder.Model("m/model.onnx");
        _index.Look();
        _folder.Write("m/model.json", """{"description": "new"}""");

        LookTwice();

        Model("m").Default.Manifest.Description.ShouldBe("new");
    }

    [Fact]
    public void The_manifest_in_a_folder_beside_a_file_is_watched_too()
    {
        _folder.Model("m.onnx");
        _folder.Write("m/model.json", """{"description": "old"}""");
        _index.Look();
        Model("m").Default.Manifest.Description.ShouldBe("old");
        _folder.Write("m/model.json", """{"description": "newer"}""");

        LookTwice();

        Model("m").Default.Manifest.Description.ShouldBe("newer");
        Model("m").Default.Url.ShouldBe("m.onnx");
    }

    [Fact]
    public void A_model_is_broken_and_mended_by_its_file()
    {
        _folder.Model("m.onnx");
        _index.Look();
        _folder.Write("m.onnx", ModelBytes.Pickle());
        LookTwice();
        Model("m").Fault.ShouldNotBeNull();
        _folder.Write("m.onnx", Longer);

        LookTwice();

        Model("m").Fault.ShouldBeNull();
    }

    [Fact]
    public void A_new_version_is_the_default_and_leaves_the_others_what_they_were()
    {
        _folder.Model("m/1/model.onnx");
        _folder.Write("m/model.json", """{"versions": "all"}""");
        _index.Look();
        var first = Model("m").Default;
        _folder.Model("m/2/model.onnx");

        LookTwice();

        Model("m").Default.Id.Version.ShouldBe("2");
        Model("m").Find("1").ShouldBeSameAs(first);
    }

    [Fact]
    public void An_entry_of_models_json_that_changes_leaves_the_others_what_they_were()
    {
        _folder.Model("files/a.onnx");
        _folder.Model("files/b.onnx");
        _folder.Write("models.json", """{"a": {"path": "files/a.onnx"}, "b": {"path": "files/b.onnx"}}""");
        _index.Look();
        var (a, b) = (Model("a"), Model("b"));
        _folder.Write("models.json", """{"a": {"path": "files/a.onnx"}, "b": {"path": "files/b.onnx", "topK": 3}}""");

        LookTwice();

        Model("a").ShouldBeSameAs(a);
        Model("b").ShouldNotBeSameAs(b);
        Model("b").Default.Manifest.TopK.ShouldBe(3);
    }

    [Fact]
    public void A_file_that_models_json_names_is_watched_wherever_it_lies()
    {
        using var elsewhere = new TempFolder();
        _folder.Write("models.json", $$"""[{"id": "a", "path": "{{elsewhere.At("a.onnx")}}"}]""");
        _index.Look();
        Model("a").Fault.ShouldNotBeNull();
        elsewhere.Model("a.onnx");

        LookTwice();

        Model("a").Fault.ShouldBeNull();
    }

    [Fact]
    public void A_place_that_goes_away_before_it_was_read_is_listed_as_missing()
    {
        _index.Look();
        _folder.Write("models.json", """{"a": {"path": "files/1"}}""");
        _folder.Model("files/1/model.onnx");
        LookTwice();
        Directory.Delete(_folder.At("files"), recursive: true);

        LookTwice();

        Model("a").Fault.ShouldNotBeNull().ShouldContain("there is no file and no folder files/1");
    }

    [Fact]
    public void A_place_that_was_away_while_its_entry_changed_is_read_again_when_it_is_back()
    {
        _folder.Model("files/1/model.onnx");
        _folder.Write("models.json", """{"a": {"path": "files/1"}}""");
        _index.Look();
        _folder.Write("models.json", """{"a": {"path": "files/1", "topK": 3}}""");
        _index.Look();
        Directory.Move(_folder.At("files"), _folder.At("away"));
        _index.Look();
        Model("a").Fault.ShouldNotBeNull("it is read as it is");
        Directory.Move(_folder.At("away"), _folder.At("files"));

        LookTwice();

        Model("a").Fault.ShouldBeNull();
        Model("a").Default.Manifest.TopK.ShouldBe(3);
    }

    [Fact]
    public void A_models_json_that_cannot_be_read_keeps_what_it_listed_and_holds_up_nothing_else()
    {
        _folder.Model("files/a.onnx");
        _folder.Write("models.json", """{"a": {"path": "files/a.onnx"}}""");
        _index.Look();
        _folder.Write("models.json", "{");
        _folder.Model("b.onnx");

        LookTwice();

        Names().ShouldBe(["a", "b", "files"]);
        _index.Contents.Warnings.ShouldContain(w => w.StartsWith("models.json is not valid JSON", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_models_json_no_longer_lists_is_what_the_repository_makes_of_it()
    {
        _folder.Model("a.onnx");
        _folder.Write("models.json", """{"a": {"path": "a.onnx", "topK": 3}}""");
        _index.Look();
        File.Delete(_folder.At("models.json"));

        LookTwice();

        Model("a").Default.Origin.ShouldBe(ModelOrigin.Repository);
    }

    [Fact]
    public void A_link_that_leads_to_another_file_is_another_definition()
    {
        _folder.Write(".blobs/1", ModelBytes.Onnx);
        _folder.Write(".blobs/2", Longer);
        _folder.Link("m.onnx", _folder.At(".blobs/1"));
        _index.Look();
        var old = Model("m").Default;
        File.Delete(_folder.At("m.onnx"));
        _folder.Link("m.onnx", _folder.At(".blobs/2"));

        LookTwice();

        Model("m").Default.ShouldNotBeSameAs(old);
    }

    [Fact]
    public void A_repository_that_cannot_be_listed_leaves_everything_as_it_was()
    {
        _folder.Model("a.onnx");
        _index.Look();
        Directory.Move(_folder.Path, _folder.Path + "-away");
        try
        {
            Should.Throw<ServingException>(() => _index.Look()).Kind.ShouldBe(ServingErrorKind.ModelSourceNotFound);
            Names().ShouldBe(["a"]);
        }
        finally
        {
            Directory.Move(_folder.Path + "-away", _folder.Path);
        }

        _index.Look().ShouldBeFalse();
    }

    private void LookTwice()
    {
        _index.Look();
        _index.Look();
    }

    private List<string> Names() => [.. _index.Contents.Models.Select(m => m.Name)];

    private CatalogModel Model(string name) => _index.Contents.Models.Single(m => m.Name == name);
}
