using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Sources;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Sources;

/// <summary>Downloads from a real server that cuts, stalls, lies, redirects: what comes of it, and that nothing is left behind.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private const string Tag = "\"v1\"";

    private readonly TempFolder _folder = new();
    private readonly HeldClock _clock = new();
    private readonly RecordingLogger<ModelSource> _log = new();
    private readonly byte[] _archive = CraftedZip.Of(zip => zip.File("model.onnx", Convert.ToBase64String(RandomNumberGenerator.GetBytes(300_000))));
    private readonly List<IAsyncDisposable> _owned = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var owned in _owned) await owned.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_resumed_from_where_it_was()
    {
        var files = Cutting((head, number) => number switch
        {
            1 => CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {_archive.Length}", _archive.AsSpan(0, 100_000)),
            2 => CuttingServer.Response($"206 Partial Content\r\nETag: {Tag}\r\nContent-Range: bytes 100000-{_archive.Length - 1}/{_archive.Length}\r\nContent-Length: {_archive.Length - 100_000}", _archive.AsSpan(100_000, 50_000)),
            _ => CuttingServer.Response($"206 Partial Content\r\nETag: {Tag}\r\nContent-Range: bytes 150000-{_archive.Length - 1}/{_archive.Length}\r\nContent-Length: {_archive.Length - 150_000}", _archive.AsSpan(150_000)),
        });
        using var unpacked = await DownloadAsync(files.Url, "m.zip", untilTry: 3);

        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
        files.Heads.Count.ShouldBe(3);
        files.Heads[0].ShouldNotContain("Range:");
        files.Heads[1].ShouldContain("Range: bytes=100000-");
        files.Heads[1].ShouldContain($"If-Range: {Tag}");
        files.Heads[2].ShouldContain("Range: bytes=150000-");
        Left().ShouldBe([Path.GetFileName(unpacked.Folder)]);
    }

    [Theory]
    [InlineData("ETag: \"old\"\r\n")]
    [InlineData("ETag: W/\"weak\"\r\n")]
    [InlineData("")]
    public async Task Content_that_changed_meanwhile_or_may_have_is_downloaded_anew(string tag)
    {
        var files = Cutting((head, number) => number == 1
            ? CuttingServer.Response($"200 OK\r\n{tag}Content-Length: {_archive.Length}", new byte[100_000])
            : CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {_archive.Length}", _archive));
        using var unpacked = await DownloadAsync(files.Url, "m.zip", untilTry: 2);

        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
        files.Heads[1].Contains("If-Range", StringComparison.Ordinal).ShouldBe(tag.Contains("old", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ETag: \"other\"\r\nContent-Range: bytes 100000-{last}/{length}")]
    [InlineData("ETag: \"v1\"\r\nContent-Range: bytes 99999-{last}/{length}")]
    [InlineData("ETag: \"v1\"\r\nContent-Range: bytes 100000-{length}/999999999")]
    [InlineData("ETag: \"v1\"")]
    public async Task A_part_of_something_else_is_not_put_together_with_what_came_before(string part)
    {
        var length = _archive.Length.ToString(CultureInfo.InvariantCulture);
        var wrong = part.Replace("{length}", length, StringComparison.Ordinal).Replace("{last}", (_archive.Length - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var files = Cutting((head, number) => number switch
        {
            1 => CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {length}", new byte[100_000]),
            2 => CuttingServer.Response($"206 Partial Content\r\n{wrong}\r\nContent-Length: {_archive.Length - 100_000}", _archive.AsSpan(100_000)),
            _ => CuttingServer.Response($"200 OK\r\nContent-Length: {length}", _archive),
        });
        using var unpacked = await DownloadAsync(files.Url, "m.zip", untilTry: 3);

        files.Heads[2].ShouldNotContain("Range:");
        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_always_cuts_is_given_up()
    {
        var files = Cutting((head, number) => CuttingServer.Response($"200 OK\r\nContent-Length: {_archive.Length}", _archive.AsSpan(0, 1000)));

        (await FailureAsync(files.Url, "m.zip", untilTry: 5))
            .ShouldBe($"Failed to download model from: {files.Url}m.zip: the connection broke, in each of 5 tries; the last ended at 1,000 bytes.");
        files.Heads.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_server_that_promises_more_than_it_sends()
    {
        var files = Cutting((head, number) => CuttingServer.Response($"200 OK\r\nContent-Length: {_archive.Length + 10}", _archive));

        (await FailureAsync(files.Url, "m.zip", untilTry: 5)).ShouldContain("the connection broke, in each of 5 tries");
    }

    [Fact]
    public async Task A_server_that_promises_less_than_the_content_has()
    {
        var files = await ServeAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(_archive.AsMemory(0, 1000));
        });

        (await FailureAsync(files.Url, "m.zip", kind: ServingErrorKind.InvalidModel)).ShouldContain("is a damaged archive");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_larger_than_may_be_downloaded_is_refused_whether_its_length_is_told_or_not(bool isTold)
    {
        var files = await ServeAsync(async context =>
        {
            if (isTold) context.Response.ContentLength = _archive.Length;
            await context.Response.Body.WriteAsync(_archive);
        });

        (await FailureAsync(files.Url, "m.zip", options => options with { MaxDownload = 1000 })).ShouldContain("it is larger than 1,000 bytes; raise --max-download");
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up_and_its_slot_is_free()
    {
        var isFast = false;
        var files = await ServeAsync(async context =>
        {
            if (isFast)
            {
                await context.Response.Body.WriteAsync(_archive);
                return;
            }

            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await context.RequestAborted.AsTask();
        });
        var source = Source(files, options => options with { MaxAtOnce = 1 });
        var download = source.DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await _log.LinesWith("of a length that the server does not tell");
        _clock.Advance(new SourcesOptions().RateWindow);

        (await Should.ThrowAsync<ServingException>(() => download)).Message.ShouldContain("the server stalled: in 30 s fewer than 307,200 bytes came");
        Left().ShouldBeEmpty();
        isFast = true;
        (await source.DownloadAsync(files.Url + "m.zip", CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        var came = new TaskCompletionSource();
        var files = await ServeAsync(async context =>
        {
            came.TrySetResult();
            await context.RequestAborted.AsTask();
        });
        var download = Source(files).DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await came.Task;
        _clock.Advance(new SourcesOptions().RateWindow);

        (await Should.ThrowAsync<ServingException>(() => download)).Message.ShouldContain("the server stalled");
        Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_is_followed_where_the_allow_list_covers_its_target()
    {
        var files = await ServeAsync(context =>
        {
            if (context.Request.Path != "/models/a.zip") return context.Response.Body.WriteAsync(_archive).AsTask();
            context.Response.Redirect("/models/deeper/b.zip");
            return Task.CompletedTask;
        });

        (await DownloadAsync(files.Url, "models/a.zip", options => options with { AllowedUrls = Allowed(files.Url + "models") })).Dispose();
    }

    [Theory]
    [InlineData("http://127.0.0.1:{port}/elsewhere/b.zip", "is not below any prefix of --allowed-urls")]
    [InlineData("http://169.254.169.254/latest/meta-data?token=secret", "is not below any prefix of --allowed-urls")]
    [InlineData("http://127.0.0.1.example.org/models/b.zip", "is not below any prefix of --allowed-urls")]
    [InlineData("/models/%2e%2e/secret", "has an encoded dot")]
    [InlineData("file:///etc/passwd", "it is no http or https url")]
    public async Task A_redirect_to_a_forbidden_place_is_not_followed(string target, string reason)
    {
        var files = await ServeAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = target.Replace("{port}", context.Connection.LocalPort.ToString(), StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        var message = await FailureAsync(files.Url, "models/a.zip", options => options with { AllowedUrls = Allowed(files.Url + "models") });

        message.ShouldStartWith($"Failed to download model from: {files.Url}models/a.zip: ");
        message.ShouldContain(reason);
        message.ShouldNotContain("token");
        files.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData("/f/m.zip?origin=https://elsewhere.example")]
    [InlineData("m.zip?origin=https://elsewhere.example")]
    [InlineData("/f/m.zip#https://elsewhere.example")]
    public async Task A_redirect_that_names_another_url_in_its_query_stays_on_its_server(string location)
    {
        var files = await ServeAsync(context =>
        {
            if (context.Request.Path == "/f/m.zip") return context.Response.Body.WriteAsync(_archive).AsTask();
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        using var unpacked = await DownloadAsync(files.Url, "f/start");

        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var files = await ServeAsync(context =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.CompletedTask;
        });

        (await FailureAsync(files.Url, "m.zip")).ShouldContain("the server redirects more than 5 times");
        files.Requests.ShouldBe(6);
    }

    [Fact]
    public async Task A_hash_is_compared_before_anything_is_unpacked()
    {
        var files = await ServeAsync(context => context.Response.Body.WriteAsync("no archive, and not what was asked for"u8.ToArray()).AsTask());
        var wanted = new string('a', 64);

        (await FailureAsync(files.Url, $"m.zip#sha256={wanted}")).ShouldContain($"but {wanted} was asked for");
    }

    [Fact]
    public async Task A_hash_that_is_right_is_downloaded_once()
    {
        var files = await ServeAsync(context => context.Response.Body.WriteAsync(_archive).AsTask());
        var source = Source(files);
        var hash = Convert.ToHexString(SHA256.HashData(_archive));

        using var first = await source.DownloadAsync($"{files.Url}a.zip#sha256={hash}", CancellationToken.None);
        using var second = await source.DownloadAsync($"{files.Url}b.zip#sha256={hash}", CancellationToken.None);

        second.Folder.ShouldBe(first.Folder);
        files.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 5)]
    public async Task A_status_is_told_and_tried_again_where_that_may_help(int status, int tries)
    {
        var files = await ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        (await FailureAsync(files.Url, "m.zip", untilTry: tries)).ShouldStartWith($"Failed to download model from: {files.Url}m.zip, code: {status}.");
        files.Requests.ShouldBe(tries);
    }

    [Fact]
    public async Task Who_asks_for_the_same_at_once_shares_a_download_and_may_leave_alone()
    {
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await ServeAsync(async context =>
        {
            came.TrySetResult();
            await go.Task;
            await context.Response.Body.WriteAsync(_archive);
        });
        var source = Source(files);
        using var leaving = new CancellationTokenSource();
        var first = source.DownloadAsync(files.Url + "m.zip", leaving.Token);
        var others = Enumerable.Range(0, 20).Select(_ => source.DownloadAsync(files.Url + "m.zip", CancellationToken.None)).ToArray();
        await came.Task;
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        go.SetResult();
        var unpacked = await Task.WhenAll(others);

        files.Requests.ShouldBe(1);
        foreach (var one in unpacked[1..]) one.Dispose();
        File.Exists(Path.Combine(unpacked[0].Folder, "model.onnx")).ShouldBeTrue();
        unpacked[0].Dispose();
        Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_that_everybody_left_is_cancelled()
    {
        var (came, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await ServeAsync(async context =>
        {
            came.TrySetResult();
            await context.RequestAborted.AsTask();
            gone.TrySetResult();
        });
        var source = Source(files);
        using var leaving = new CancellationTokenSource();
        var download = source.DownloadAsync(files.Url + "m.zip", leaving.Token);
        await came.Task;
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => download);
        await gone.Task;
        await source.DisposeAsync();
        Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task More_downloads_than_may_wait_are_refused()
    {
        var files = await ServeAsync(context => context.RequestAborted.AsTask());
        var source = Source(files, options => options with { MaxUnderWay = 2 });
        using var leaving = new CancellationTokenSource();
        Task[] two = [source.DownloadAsync(files.Url + "a.zip", leaving.Token), source.DownloadAsync(files.Url + "b.zip", leaving.Token)];

        (await Should.ThrowAsync<ServingException>(() => source.DownloadAsync(files.Url + "c.zip", CancellationToken.None))).Kind.ShouldBe(ServingErrorKind.Overloaded);

        await leaving.CancelAsync();
        foreach (var task in two) await Should.ThrowAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task What_a_url_led_to_is_forgotten_with_the_last_right_to_it()
    {
        var files = await ServeAsync(context => context.Response.Body.WriteAsync(_archive).AsTask());
        var source = Source(files);
        var first = await source.DownloadAsync(files.Url + "m.zip?signature=1", CancellationToken.None);
        var second = await source.DownloadAsync(files.Url + "m.zip?signature=2", CancellationToken.None);
        Records().Length.ShouldBe(2);

        first.Dispose();
        Records().Length.ShouldBe(2);
        second.Dispose();

        Records().ShouldBeEmpty();
        source.FindDownloaded(files.Url + "m.zip?signature=1").ShouldBeNull();
        string[] Records() => Directory.GetFiles(_folder.At("unpacked/sources"));
    }

    [Fact]
    public async Task Archives_wait_for_the_slots_of_downloads_share_one_and_are_refused_where_too_many_wait()
    {
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await ServeAsync(async context =>
        {
            came.TrySetResult();
            await go.Task;
            await context.Response.Body.WriteAsync(_archive);
        });
        var source = Source(files, options => options with { MaxAtOnce = 1, MaxUnderWay = 2 });
        var other = _folder.Write("other.zip", CraftedZip.Of(zip => zip.File("model.onnx", "other")));
        var third = _folder.Write("third.zip", CraftedZip.Of(zip => zip.File("model.onnx", "third")));
        var download = source.DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await came.Task;
        var archives = Enumerable.Range(0, 60).Select(_ => source.UnpackAsync(other, "other.zip", CancellationToken.None)).ToArray();

        var refusal = await Should.ThrowAsync<ServingException>(() => source.UnpackAsync(third, "third.zip", CancellationToken.None));

        refusal.Kind.ShouldBe(ServingErrorKind.Overloaded);
        archives.ShouldAllBe(archive => !archive.IsCompleted);
        _log.Lines.ShouldNotContain(line => line.Contains("other.zip", StringComparison.Ordinal));
        go.SetResult();
        (await download).Dispose();
        var unpacked = await Task.WhenAll(archives);
        _log.Lines.Count(line => line.Contains("Unpacked other.zip", StringComparison.Ordinal)).ShouldBe(1);
        foreach (var one in unpacked) one.Dispose();
        Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused_when_it_is_connected_to()
    {
        var files = await ServeAsync(context => context.Response.Body.WriteAsync(_archive).AsTask());
        var lookUps = 0;

        // Whatever an earlier look-up said: the one that decides is the one that is connected to.
        SourcesOptions Named(SourcesOptions options) => options with
        {
            AllowedUrls = Allowed($"http://models.example:{files.Port}/"),
            Resolve = (_, _) =>
            {
                lookUps++;
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            },
        };

        var message = await FailureOfAsync($"http://models.example:{files.Port}/m.zip", Named);

        message.ShouldContain("models.example leads to an address that is not public");
        (files.Requests, lookUps).ShouldBe((0, 1));
        (await Source(options => Named(options) with { AllowPrivate = true }).DownloadAsync($"http://models.example:{files.Port}/m.zip", CancellationToken.None)).Dispose();
        (files.Requests, lookUps).ShouldBe((1, 2));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_in_time_is_tried_again_and_given_up()
    {
        var message = await FailureOfAsync(
            "http://models.example/m.zip",
            options => options with { AllowedUrls = Allowed("http://models.example"), Resolve = (_, _) => throw new OperationCanceledException() },
            untilTry: 5);

        message.ShouldContain("in each of 5 tries");
    }

    [Fact]
    public async Task Progress_is_logged_each_tenth_and_no_secret_is()
    {
        var files = await ServeAsync(async context =>
        {
            context.Response.ContentLength = _archive.Length;
            await context.Response.Body.WriteAsync(_archive);
        });

        (await DownloadAsync(files.Url, "m.zip?signature=secret")).Dispose();

        _log.Lines.ShouldContain($"Information: Downloaded {files.Url}m.zip: {_archive.Length} bytes");
        _log.Lines.Count(line => line.Contains(" %, ", StringComparison.Ordinal)).ShouldBeInRange(1, 10);
        _log.Lines.ShouldAllBe(line => !line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_told_and_is_no_fault_of_the_url()
    {
        var files = await ServeAsync(context => context.Response.Body.WriteAsync(_archive).AsTask());
        _folder.Write("file", "a file where a folder is expected");

        var error = await Should.ThrowAsync<ServingException>(() =>
            Source(files, options => options with { Folder = _folder.At("file/unpacked") }).DownloadAsync(files.Url + "m.zip", CancellationToken.None));

        error.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        error.Message.ShouldEndWith("Nothing of it was kept.");
        error.Message.ShouldNotContain(_folder.Path);
    }

    private async Task<FileServer> ServeAsync(RequestDelegate answer)
    {
        var files = await FileServer.StartAsync(answer);
        _owned.Add(files);
        return files;
    }

    private CuttingServer Cutting(Func<string, int, byte[]> answer)
    {
        var server = new CuttingServer(answer);
        _owned.Add(server);
        return server;
    }

    private ModelSource Source(FileServer files, Func<SourcesOptions, SourcesOptions>? change = null) =>
        Source(options => (change ?? (same => same))(options with { AllowedUrls = Allowed(files.Url) }));

    private ModelSource Source(Func<SourcesOptions, SourcesOptions> change)
    {
        var source = new ModelSource(change(new SourcesOptions { Folder = _folder.At("unpacked") }), _clock, _log);
        _owned.Insert(0, source);
        return source;
    }

    /// <summary>A download whose pauses between tries pass at once.</summary>
    private Task<IUnpackedModel> DownloadAsync(string root, string path, Func<SourcesOptions, SourcesOptions>? change = null, int untilTry = 1) =>
        WithPausesAsync(Source(options => (change ?? (same => same))(options with { AllowedUrls = Allowed(root) })).DownloadAsync(root + path, CancellationToken.None), untilTry);

    private Task<string> FailureAsync(
        string root, string path, Func<SourcesOptions, SourcesOptions>? change = null, int untilTry = 1, ServingErrorKind kind = ServingErrorKind.DownloadFailed) =>
        FailureOfAsync(root + path, options => (change ?? (same => same))(options with { AllowedUrls = Allowed(root) }), untilTry, kind);

    private async Task<string> FailureOfAsync(
        string url, Func<SourcesOptions, SourcesOptions> change, int untilTry = 1, ServingErrorKind kind = ServingErrorKind.DownloadFailed)
    {
        var download = Source(change).DownloadAsync(url, CancellationToken.None);
        var error = await Should.ThrowAsync<ServingException>(() => WithPausesAsync(download, untilTry));
        error.Kind.ShouldBe(kind, error.Message);
        Left().ShouldBeEmpty();
        return error.Message;
    }

    private async Task<IUnpackedModel> WithPausesAsync(Task<IUnpackedModel> download, int untilTry)
    {
        var pause = new SourcesOptions().FirstPause;
        for (var @try = 1; @try < untilTry; @try++, pause *= 2)
        {
            await Task.WhenAny(_clock.SomebodyWaits(pause), download);
            _clock.Advance(pause);
        }

        return await download;
    }

    /// <summary>What lies in the folder of unpacked models, records aside.</summary>
    private List<string> Left() => Directory.Exists(_folder.At("unpacked"))
        ? [.. Directory.EnumerateFileSystemEntries(_folder.At("unpacked")).Select(path => Path.GetFileName(path)).Where(name => name != "sources")]
        : [];

    private static AllowedUrls Allowed(string prefixes) => AllowedUrls.TryParse(prefixes, out var allowed) ? allowed : throw new ArgumentException(prefixes, nameof(prefixes));
}
