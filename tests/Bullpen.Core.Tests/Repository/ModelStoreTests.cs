using Bullpen.Core.Repository;
using Bullpen.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelStoreTests : IDisposable
{
    private const string Alias = "/opt/no-such-folder/models";

    private readonly TempFolder _folder = new();
    private readonly ModelStore _store;

    public ModelStoreTests()
    {
        _folder.Folder("store");
        _folder.Model("outside.onnx");
        _folder.Model("store-evil/model.onnx");
        _store = new ModelStore(_folder.At("store"), Alias);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("india")]
    [InlineData("india/")]
    [InlineData("./india")]
    [InlineData(Alias + "/india")]
    [InlineData("{store}/india")]
    [InlineData("india/model.onnx")]
    public void A_model_is_found_relative_absolute_and_by_the_container_path(string url)
    {
        var file = _folder.Model("store/india/model.onnx");
        url = url.Replace("{store}", _folder.At("store"), StringComparison.Ordinal);

        var definition = _store.Resolve("modelx", url).Default;

        definition.Id.ShouldBe(new ModelId("modelx", "1"));
        definition.Path.ShouldBe(file);
        definition.Url.ShouldBe(url);
        definition.Origin.ShouldBe(ModelOrigin.Api);
    }

    [Fact]
    public void A_folder_that_exists_is_no_alias()
    {
        _folder.Model("store/india/model.onnx");
        var store = new ModelStore(_folder.At("store"), _folder.At("store-evil"));

        Refusal(store, _folder.At("store-evil")).Message.ShouldBe($"Model not found in model store: {_folder.At("store-evil")}");
    }

    [Fact]
    public void The_manifest_in_the_folder_is_honoured()
    {
        _folder.Model("store/m/1/model.onnx");
        _folder.Model("store/m/2/model.onnx");
        _folder.Write("store/m/model.json", """{"versions": "all", "workers": 3}""");

        var model = _store.Resolve("m", "m");

        model.Versions.Select(v => v.Id.Version).ShouldBe(["2", "1"]);
        model.Default.Manifest.Workers.ShouldBe(3);
    }

    [Fact]
    public void The_name_may_come_from_the_url()
    {
        _folder.Model("store/a/net.onnx");

        _store.Resolve(null, "a/net.onnx").Name.ShouldBe("net");
        _store.Resolve("", "a").Name.ShouldBe("a");
        Should.Throw<ServingException>(() => _store.Resolve("a b", "a")).Kind.ShouldBe(ServingErrorKind.InvalidRequest);
    }

    [Theory]
    [InlineData("../outside.onnx", "Relative path is not allowed in url: ../outside.onnx")]
    [InlineData("a/../../outside.onnx", "Relative path is not allowed in url: a/../../outside.onnx")]
    [InlineData("a\\..\\b", "Relative path is not allowed in url: a\\..\\b")]
    [InlineData("{store}/../outside.onnx", "Relative path is not allowed in url: ")]
    [InlineData(Alias + "/../x", "Relative path is not allowed in url: " + Alias + "/../x")]
    [InlineData("%2e%2e/outside.onnx", "Invalid model url: %2e%2e/outside.onnx")]
    [InlineData("a\\b", "Invalid model url: a\\b")]
    [InlineData("a\0b", "Invalid model url: a?b")]
    [InlineData("a\nb", "Invalid model url: a?b")]
    [InlineData("", "Invalid model url: ")]
    [InlineData(".", "Invalid model url: .")]
    [InlineData("{store}", "Invalid model url: ")]
    [InlineData("file:///etc/passwd", "Invalid model url: file:///etc/passwd")]
    [InlineData("FILE:x", "Invalid model url: FILE:x")]
    [InlineData("/etc/passwd", "Model not found in model store: /etc/passwd")]
    [InlineData("{store}-evil/model.onnx", "Model not found in model store: ")]
    [InlineData("absent", "Model not found in model store: absent")]
    [InlineData("/opt/no-such-folder/models-evil/x", "Model not found in model store: /opt/no-such-folder/models-evil/x")]
    public void A_place_that_may_not_be_read_is_refused(string url, string message)
    {
        var error = Refusal(_store, url.Replace("{store}", _folder.At("store"), StringComparison.Ordinal));

        error.Kind.ShouldBe(ServingErrorKind.ModelSourceNotFound);
        error.Message.ShouldStartWith(message);
    }

    [Theory]
    [InlineData("http://example.com/m.onnx")]
    [InlineData("https://example.com/m.mar")]
    [InlineData("s3://bucket/m")]
    public void Urls_with_a_scheme_are_not_of_the_store(string url)
    {
        var error = Refusal(_store, url);

        error.Kind.ShouldBe(ServingErrorKind.NotSupported);
        error.Message.ShouldBe($"A url with the scheme {url[..url.IndexOf(':', StringComparison.Ordinal)]} is not supported: it must be a file or a folder in the model store, or http(s), got {url}");
    }

    [Fact]
    public void What_is_no_model_is_refused_with_the_sentence_on_its_kind()
    {
        _folder.Write("store/m/model.onnx", ModelBytes.Pickle());

        var error = Refusal(_store, "m");

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldStartWith("m/model.onnx looks like a Python pickle (protocol 4), not an ONNX model.");
    }

    [Fact]
    public void Links_inside_the_store_are_followed_and_links_out_of_it_are_not()
    {
        var real = _folder.Model("store/real/model.onnx");
        _folder.Link("store/inside", _folder.At("store/real"));
        _folder.Link("store/relative", "real");
        _folder.Link("store/out.onnx", _folder.At("outside.onnx"));
        _folder.Link("store/out", _folder.At("store-evil"));
        _folder.Link("store/up", "..");
        _folder.Link("store/circle", "circle");
        _folder.Link("store/file/model.onnx", _folder.At("outside.onnx"));
        _folder.Link("store/version/1", _folder.At("store-evil"));
        _folder.Link("store/pickle/model.pkl", _folder.At("outside.onnx"));
        _folder.Model("store/manifest/model.onnx");
        _folder.Link("store/manifest/model.json", _folder.Write("secret.json", """{"secret": 1}"""));

        _store.Resolve("m", "inside").Default.Path.ShouldBe(real);
        _store.Resolve("m", "relative").Default.Path.ShouldBe(real);
        foreach (var url in new[] { "out.onnx", "out", "out/model.onnx", "up", "up/outside.onnx", "circle" })
            Refusal(_store, url).Message.ShouldBe($"Model not found in model store: {url}");
        Refusal(_store, "file").Message.ShouldBe("file/model.onnx is a link that leads out of the model store.");
        Refusal(_store, "version").Message.ShouldBe("version/1 is a link that leads out of the model store.");
        Refusal(_store, "pickle").Message.ShouldBe("pickle/model.pkl is a link that leads out of the model store.");
        Refusal(_store, "manifest").Message.ShouldBe("manifest/model.json is a link that leads out of the model store.");
    }

    [Fact]
    public void A_store_that_is_itself_a_link_works()
    {
        var real = _folder.Model("store/m/model.onnx");
        _folder.Link("linked", _folder.At("store"));

        new ModelStore(_folder.At("linked"), null).Resolve("m", "m").Default.Path.ShouldBe(real);
    }

    [Fact]
    public void No_url_ever_resolves_outside_the_store()
    {
        _folder.Model("store/a/model.onnx");
        _folder.Model("store/a/..b/model.onnx");
        _folder.Link("store/l", _folder.Path);
        string[] pieces =
        [
            "..", ".", "/", "//", "\\", "a", "l", "..b", "model.onnx", "outside.onnx", "store", "store-evil", "%2e%2e", "%2f", "%5c", "%252e",
            "\u2025", "\uFF0E\uFF0E", "\u2215", "\u0000", "\n", "~", "file:", "C:", ":", _folder.At("store"), _folder.Path, Alias, "é", "\uD800",
        ];
        var root = _folder.At("store") + "/";
        var resolved = 0;
        string[] names = ["..", ".", "a", "l", "..b", "model.onnx", "outside.onnx", "store", "store-evil", "%2e%2e", "\uFF0E\uFF0E"];
        var urls = Gen.OneOf(
            Gen.Elements(pieces).ListOf().Select(parts => string.Concat(parts)),
            Gen.Elements(names).ListOf().Select(parts => string.Join('/', parts.Take(3))));

        Prop.ForAll(urls.ToArbitrary(), url =>
        {
            try
            {
                var model = _store.Resolve("m", url);
                resolved++;
                return model.Versions.All(v => v.Path.StartsWith(root, StringComparison.Ordinal));
            }
            catch (ServingException e)
            {
                return !e.Message.Any(char.IsControl);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

        resolved.ShouldBeGreaterThan(0);
    }

    private static ServingException Refusal(ModelStore store, string url) => Should.Throw<ServingException>(() => store.Resolve("m", url));
}
