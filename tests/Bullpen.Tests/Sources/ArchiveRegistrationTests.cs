using System.Formats.Tar;
using System.IO.Compression;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Sources;

/// <summary>Models in archives and behind urls, from POST to DELETE, over a restart, by the whole server.</summary>
public sealed class ArchiveRegistrationTests : IDisposable
{
    private const string DataFrame = """{"action":{"0":1,"1":1,"2":2,"3":2},"david":{"0":1,"1":2,"2":2,"3":3}}""";
    private const string Predictions = """{"predictions":[6,9,11,14]}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("packed.mar", "")]
    [InlineData("packed.mar", "top")]
    [InlineData("packed.zip", "")]
    [InlineData("packed.zip", "top")]
    [InlineData("packed.tar.gz", "")]
    [InlineData("packed.tgz", "top")]
    [InlineData("packed.zip", "1")]
    public async Task An_archive_in_the_model_store_serves_is_found_again_and_goes_with_its_model(string archive, string top)
    {
        Pack($"models/{archive}", top);
        await using (var server = await StartAsync())
        {
            var registered = await server.PostAsync("/models", $$"""{"model_name":"modelx","url":"{{archive}}"}""");
            registered.Status.ShouldBe(200, registered.Body);
            (await server.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe(Predictions);
            (await server.GetAsync("/models/modelx")).Text("/modelUrl").ShouldBe(archive);
        }

        var unpacked = Unpacked().ShouldHaveSingleItem();
        var written = Directory.GetLastWriteTimeUtc(unpacked);
        await using (var server = await StartAsync())
        {
            (await server.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe(Predictions);
            Unpacked().ShouldBe([unpacked]);
            Directory.GetLastWriteTimeUtc(unpacked).ShouldBe(written);
            (await server.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
            Unpacked().ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("packed.zip", "README.md")]
    [InlineData("packed.tar.gz", "code/inference.py")]
    [InlineData("packed.mar", "__MACOSX/._inner")]
    public async Task What_lies_beside_the_only_folder_of_a_model_does_not_hide_it_in_an_archive_as_in_a_folder(string archive, string beside)
    {
        Pack($"models/{archive}", "inner", beside: beside);
        await using var server = await StartAsync();

        var registered = await server.PostAsync("/models", $$"""{"model_name":"modelx","url":"{{archive}}"}""");

        registered.Status.ShouldBe(200, registered.Body);
        (await server.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe(Predictions);
    }

    [Fact]
    public async Task The_name_of_a_model_archive_is_that_of_its_manifest_else_that_of_its_file()
    {
        Pack("models/a.mar", manifest: """{"specificationVersion":"1.0","model":{"modelName":"from_manifest"}}""");
        Pack("models/b.mar", manifest: "no json");
        await using var server = await StartAsync();

        (await server.PostAsync("/models?url=a.mar", "")).Text("/status").ShouldBe("Model \"from_manifest\" registered");
        (await server.PostAsync("/models?url=b.mar", "")).Text("/status").ShouldBe("Model \"b\" registered");
    }

    [Fact]
    public async Task Two_registrations_of_one_archive_share_what_it_was_unpacked_to()
    {
        Pack("models/a.zip");
        File.Copy(_folder.At("models/a.zip"), _folder.At("models/b.zip"));
        await using var server = await StartAsync();

        await Task.WhenAll(server.PostAsync("/models?url=a.zip&model_name=one", ""), server.PostAsync("/models?url=b.zip&model_name=two", ""));
        Unpacked().Count.ShouldBe(1);
        await server.DeleteAsync("/models/one");
        (await server.PostAsync("/predictions/two", DataFrame)).Body.ShouldBe(Predictions);
        await server.DeleteAsync("/models/two");

        Unpacked().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_archive_that_changed_is_another_after_a_restart()
    {
        Pack("models/a.zip");
        await using (var server = await StartAsync()) (await server.PostAsync("/models?url=a.zip&model_name=m", "")).Status.ShouldBe(200);
        var before = Unpacked().Single();
        File.Delete(_folder.At("models/a.zip"));
        Pack("models/a.zip", "top");

        await using var next = await StartAsync();
        (await next.PostAsync("/predictions/m", DataFrame)).Body.ShouldBe(Predictions);
        Unpacked().ShouldHaveSingleItem().ShouldNotBe(before);
    }

    [Fact]
    public async Task What_earlier_runs_left_half_made_or_unused_is_deleted_at_the_start()
    {
        _folder.Write($"state/unpacked/{new string('a', 64)}/model.onnx", "unused");
        _folder.Write("state/unpacked/.part-1/model.onnx", "half made");
        _folder.Write("state/unpacked/.gone-1/model.onnx", "half deleted");
        _folder.Folder("models");

        await using var server = await StartAsync();

        Everything().ShouldBe(["sources"]);
    }

    [Fact]
    public async Task Without_a_state_folder_it_is_unpacked_to_a_folder_of_the_run_and_gone_with_it()
    {
        Pack("models/a.zip");
        var before = TempFolders();
        string[] own;
        await using (var server = await StartAsync(state: false))
        {
            (await server.PostAsync("/models?url=a.zip&model_name=m", "")).Status.ShouldBe(200);
            (await server.PostAsync("/predictions/m", DataFrame)).Body.ShouldBe(Predictions);
            own = [.. TempFolders().Except(before).Where(folder => Directory.EnumerateFiles(folder, "model.onnx", SearchOption.AllDirectories).Any())];
            own.ShouldNotBeEmpty();
        }

        own.ShouldAllBe(folder => !Directory.Exists(folder));
    }

    [Fact]
    public async Task A_model_archive_without_an_ONNX_model_is_refused_with_the_way_to_one_and_leaves_nothing()
    {
        using (var zip = ZipFile.Open(Prepared("models/old.mar"), ZipArchiveMode.Create))
        {
            zip.CreateEntry("MAR-INF/MANIFEST.json");
            foreach (var name in new[] { "m-0000.params", "m-symbol.json", "service.py" }) zip.CreateEntry(name);
        }

        await using var server = await StartAsync();
        var answer = await server.PostAsync("/models", """{"url":"old.mar"}""");

        answer.Status.ShouldBe(400);
        answer.Text("/type").ShouldBe("InvalidModelException");
        answer.Text("/message").ShouldBe("old.mar looks like a model archive (.mar), not an ONNX model. Handlers, which are Python code, are not run. See docs/convert.md#mxnet on getting to ONNX.");
        Unpacked().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_leaves_nothing_unpacked()
    {
        using (var zip = ZipFile.Open(Prepared("models/bad.zip"), ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("model.onnx").Open())
            entry.Write("\u0008\u0007this is no graph"u8);

        await using var server = await StartAsync();
        var answer = await server.PostAsync("/models", """{"url":"bad.zip"}""");

        answer.Status.ShouldBe(400, answer.Body);
        answer.ShouldGiveNothingAway();
        Unpacked().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_downloaded_model_serves_and_serves_again_after_a_restart_without_a_download()
    {
        var archive = Pack("files/models/packed.tar.gz");
        await using var files = await FileServer.StartAsync(context => context.Response.SendFileAsync(archive));
        var url = $"{files.Url}models/packed.tar.gz?signature=secret";
        await using (var server = await StartAsync(files.Url + "models"))
        {
            var registered = await server.PostAsync("/models", $$"""{"model_name":"modelx","url":"{{url}}"}""");
            registered.Status.ShouldBe(200, registered.Body);
            (await server.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe(Predictions);
            (await server.GetAsync("/models/modelx")).Text("/modelUrl").ShouldBe(url.Split('?')[0]);
        }

        files.Requests.ShouldBe(1);
        await using (var server = await StartAsync())
        {
            (await server.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe(Predictions);
            (await server.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
            Unpacked().ShouldBeEmpty();
        }

        files.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_downloaded_file_that_is_no_archive_is_the_model_itself()
    {
        await using var files = await FileServer.StartAsync(context => context.Response.SendFileAsync(Checkout.At("samples", "models", "iris", "model.onnx")));
        await using var server = await StartAsync(files.Url);

        var registered = await server.PostAsync("/models", $$"""{"url":"{{files.Url}}iris_2.onnx"}""");

        registered.Status.ShouldBe(200, registered.Body);
        (await server.LoadedAsync()).ShouldBe(["iris_2"]);
    }

    [Fact]
    public async Task A_downloaded_file_that_is_no_model_is_refused_with_what_it_looks_like_and_leaves_nothing()
    {
        await using var files = await FileServer.StartAsync(context => context.Response.Body.WriteAsync("\x80\x04\x95 sklearn"u8.ToArray()).AsTask());
        await using var server = await StartAsync(files.Url);

        var answer = await server.PostAsync("/models", $$"""{"url":"{{files.Url}}m.pkl"}""");

        answer.Status.ShouldBe(400);
        answer.Text("/type").ShouldBe("InvalidModelException");
        answer.Text("/message")!.ShouldStartWith("m.pkl/model.onnx ");
        Unpacked().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_that_is_not_allowed_is_refused_in_the_words_of_multi_model_server()
    {
        _folder.Folder("models");
        await using var files = await FileServer.StartAsync(_ => Task.CompletedTask);
        await using (var server = await StartAsync())
        {
            var answer = await server.PostAsync("/models", $$"""{"url":"{{files.Url}}m.mar?token=secret"}""");

            answer.Status.ShouldBe(400);
            answer.Text("/type").ShouldBe("DownloadModelException");
            answer.Text("/message")!.ShouldStartWith($"Failed to download model from: {files.Url}m.mar: this server downloads nothing, because --allowed-urls is empty");
            answer.Body.ShouldNotContain("secret");
        }

        await using var other = await StartAsync(files.Url + "elsewhere");
        (await other.PostAsync("/models", $$"""{"url":"{{files.Url}}m.mar"}""")).Text("/message")
            .ShouldBe($"Failed to download model from: {files.Url}m.mar: it is not below any prefix of --allowed-urls.");
        files.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_download_whose_folder_is_gone_is_listed_with_the_reason_after_a_restart()
    {
        var archive = Pack("files/m.zip");
        await using var files = await FileServer.StartAsync(context => context.Response.SendFileAsync(archive));
        await using (var server = await StartAsync(files.Url)) (await server.PostAsync("/models", $$"""{"url":"{{files.Url}}m.zip"}""")).Status.ShouldBe(200);
        Directory.Delete(_folder.At("state/unpacked"), recursive: true);

        await using var next = await StartAsync(files.Url);

        (await next.GetAsync("/models/m")).Text("/reason")!.ShouldStartWith($"Failed to download model from: {files.Url}m.zip: what was downloaded earlier is gone");
        files.Requests.ShouldBe(1);
    }

    private Task<RunningServer> StartAsync(string? allowed = null, bool state = true)
    {
        _folder.Folder("models");
        return RunningServer.StartAsync(_folder.At("models"), options => options with
        {
            State = state ? _folder.At("state") : null,
            AllowedUrls = allowed,
        });
    }

    /// <summary>The sample model india in an archive, at its root or in a folder.</summary>
    private string Pack(string path, string top = "", string? manifest = null, string? beside = null)
    {
        var content = new DirectoryInfo(_folder.Folder($"packing-{Guid.NewGuid():N}"));
        var model = content.CreateSubdirectory(top.Length == 0 ? "." : top);
        foreach (var file in Directory.EnumerateFiles(Checkout.At("samples", "models", "india"))) File.Copy(file, Path.Combine(model.FullName, Path.GetFileName(file)));
        if (beside is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(content.FullName, beside))!);
            File.WriteAllText(Path.Combine(content.FullName, beside), "beside");
        }

        if (top == "1") File.Delete(Path.Combine(model.FullName, ModelManifestName));
        if (path.EndsWith(".mar", StringComparison.Ordinal))
            File.WriteAllText(Path.Combine(content.CreateSubdirectory("MAR-INF").FullName, "MANIFEST.json"), manifest ?? "{}");

        var archive = Prepared(path);
        if (path.EndsWith("gz", StringComparison.Ordinal))
        {
            using var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest);
            TarFile.CreateFromDirectory(content.FullName, gzip, includeBaseDirectory: false);
        }
        else ZipFile.CreateFromDirectory(content.FullName, archive);

        return archive;
    }

    private const string ModelManifestName = "model.json";

    private string Prepared(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(path))!);
        return _folder.At(path);
    }

    private List<string> Unpacked() => Directory.Exists(_folder.At("state/unpacked"))
        ? [.. Directory.EnumerateFileSystemEntries(_folder.At("state/unpacked")).Where(path => Path.GetFileName(path) != "sources")]
        : [];

    private IEnumerable<string> Everything() => Directory.EnumerateFileSystemEntries(_folder.At("state/unpacked")).Select(path => Path.GetFileName(path));

    /// <summary>Those of servers, and not those in which other tests keep their models meanwhile.</summary>
    private static HashSet<string> TempFolders() =>
        [.. Directory.EnumerateDirectories(Path.GetTempPath(), "bullpen-*").Where(folder => !Path.GetFileName(folder).StartsWith("bullpen-test-", StringComparison.Ordinal))];
}
