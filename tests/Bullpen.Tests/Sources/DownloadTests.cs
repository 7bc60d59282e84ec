using System.Globalization;
using Bullpen.Core;
using Bullpen.Sources;

namespace Bullpen.Tests.Sources;

/// <summary>Downloads from a real server that cuts, stalls, lies: what comes of it, and that nothing is left behind.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private const string Tag = "\"v1\"";

    private readonly DownloadSite _site = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_connection_that_is_cut_is_resumed_from_where_it_was()
    {
        var files = _site.Cutting((head, number) => number switch
        {
            1 => CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {_site.Archive.Length}", _site.Archive.AsSpan(0, 100_000)),
            2 => CuttingServer.Response($"206 Partial Content\r\nETag: {Tag}\r\nContent-Range: bytes 100000-{_site.Archive.Length - 1}/{_site.Archive.Length}\r\nContent-Length: {_site.Archive.Length - 100_000}", _site.Archive.AsSpan(100_000, 50_000)),
            _ => CuttingServer.Response($"206 Partial Content\r\nETag: {Tag}\r\nContent-Range: bytes 150000-{_site.Archive.Length - 1}/{_site.Archive.Length}\r\nContent-Length: {_site.Archive.Length - 150_000}", _site.Archive.AsSpan(150_000)),
        });
        using var unpacked = await _site.DownloadAsync(files.Url, "m.zip", untilTry: 3);

        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
        files.Heads.Count.ShouldBe(3);
        files.Heads[0].ShouldNotContain("Range:");
        files.Heads[1].ShouldContain("Range: bytes=100000-");
        files.Heads[1].ShouldContain($"If-Range: {Tag}");
        files.Heads[2].ShouldContain("Range: bytes=150000-");
        _site.Left().ShouldBe([Path.GetFileName(unpacked.Folder)]);
    }

    [Theory]
    [InlineData("ETag: \"old\"\r\n")]
    [InlineData("ETag: W/\"weak\"\r\n")]
    [InlineData("")]
    public async Task Content_that_changed_meanwhile_or_may_have_is_downloaded_anew(string tag)
    {
        var files = _site.Cutting((head, number) => number == 1
            ? CuttingServer.Response($"200 OK\r\n{tag}Content-Length: {_site.Archive.Length}", new byte[100_000])
            : CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {_site.Archive.Length}", _site.Archive));
        using var unpacked = await _site.DownloadAsync(files.Url, "m.zip", untilTry: 2);

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
        var length = _site.Archive.Length.ToString(CultureInfo.InvariantCulture);
        var wrong = part.Replace("{length}", length, StringComparison.Ordinal).Replace("{last}", (_site.Archive.Length - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var files = _site.Cutting((head, number) => number switch
        {
            1 => CuttingServer.Response($"200 OK\r\nETag: {Tag}\r\nContent-Length: {length}", new byte[100_000]),
            2 => CuttingServer.Response($"206 Partial Content\r\n{wrong}\r\nContent-Length: {_site.Archive.Length - 100_000}", _site.Archive.AsSpan(100_000)),
            _ => CuttingServer.Response($"200 OK\r\nContent-Length: {length}", _site.Archive),
        });
        using var unpacked = await _site.DownloadAsync(files.Url, "m.zip", untilTry: 3);

        files.Heads[2].ShouldNotContain("Range:");
        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_always_cuts_is_given_up()
    {
        var files = _site.Cutting((head, number) => CuttingServer.Response($"200 OK\r\nContent-Length: {_site.Archive.Length}", _site.Archive.AsSpan(0, 1000)));

        (await _site.FailureAsync(files.Url, "m.zip", untilTry: 5))
            .ShouldBe($"Failed to download model from: {files.Url}m.zip: the connection broke, in each of 5 tries; the last ended at 1,000 bytes.");
        files.Heads.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_server_that_promises_more_than_it_sends()
    {
        var files = _site.Cutting((head, number) => CuttingServer.Response($"200 OK\r\nContent-Length: {_site.Archive.Length + 10}", _site.Archive));

        (await _site.FailureAsync(files.Url, "m.zip", untilTry: 5)).ShouldContain("the connection broke, in each of 5 tries");
    }

    [Fact]
    public async Task A_server_that_promises_less_than_the_content_has()
    {
        var files = await _site.ServeAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(_site.Archive.AsMemory(0, 1000));
        });

        (await _site.FailureAsync(files.Url, "m.zip", kind: ServingErrorKind.InvalidModel)).ShouldContain("is a damaged archive");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_larger_than_may_be_downloaded_is_refused_whether_its_length_is_told_or_not(bool isTold)
    {
        var files = await _site.ServeAsync(async context =>
        {
            if (isTold) context.Response.ContentLength = _site.Archive.Length;
            await context.Response.Body.WriteAsync(_site.Archive);
        });

        (await _site.FailureAsync(files.Url, "m.zip", options => options with { MaxDownload = 1000 })).ShouldContain("it is larger than 1,000 bytes; raise --max-download");
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up_and_its_slot_is_free()
    {
        var isFast = false;
        var files = await _site.ServeAsync(async context =>
        {
            if (isFast)
            {
                await context.Response.Body.WriteAsync(_site.Archive);
                return;
            }

            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await context.RequestAborted.AsTask();
        });
        var source = _site.Source(files, options => options with { MaxAtOnce = 1 });
        var download = source.DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await _site.Log.LinesWith("of a length that the server does not tell");
        _site.Clock.Advance(new SourcesOptions().RateWindow);

        (await Should.ThrowAsync<ServingException>(() => download)).Message.ShouldContain("the server stalled: in 30 s fewer than 307,200 bytes came");
        _site.Left().ShouldBeEmpty();
        isFast = true;
        (await source.DownloadAsync(files.Url + "m.zip", CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        var came = new TaskCompletionSource();
        var files = await _site.ServeAsync(async context =>
        {
            came.TrySetResult();
            await context.RequestAborted.AsTask();
        });
        var download = _site.Source(files).DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await came.Task;
        _site.Clock.Advance(new SourcesOptions().RateWindow);

        (await Should.ThrowAsync<ServingException>(() => download)).Message.ShouldContain("the server stalled");
        _site.Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hash_is_compared_before_anything_is_unpacked()
    {
        var files = await _site.ServeAsync(context => context.Response.Body.WriteAsync("no archive, and not what was asked for"u8.ToArray()).AsTask());
        var wanted = new string('a', 64);

        (await _site.FailureAsync(files.Url, $"m.zip#sha256={wanted}")).ShouldContain($"but {wanted} was asked for");
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 5)]
    public async Task A_status_is_told_and_tried_again_where_that_may_help(int status, int tries)
    {
        var files = await _site.ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        (await _site.FailureAsync(files.Url, "m.zip", untilTry: tries)).ShouldStartWith($"Failed to download model from: {files.Url}m.zip, code: {status}.");
        files.Requests.ShouldBe(tries);
    }

    [Fact]
    public async Task Progress_is_logged_each_tenth_and_no_secret_is()
    {
        var files = await _site.ServeAsync(async context =>
        {
            context.Response.ContentLength = _site.Archive.Length;
            await context.Response.Body.WriteAsync(_site.Archive);
        });

        (await _site.DownloadAsync(files.Url, "m.zip?signature=secret")).Dispose();

        _site.Log.Lines.ShouldContain($"Information: Downloaded {files.Url}m.zip: {_site.Archive.Length} bytes");
        _site.Log.Lines.Count(line => line.Contains(" %, ", StringComparison.Ordinal)).ShouldBeInRange(1, 10);
        _site.Log.Lines.ShouldAllBe(line => !line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_told_and_is_no_fault_of_the_url()
    {
        var files = await _site.ServeAsync(context => context.Response.Body.WriteAsync(_site.Archive).AsTask());
        _site.Folder.Write("file", "a file where a folder is expected");

        var error = await Should.ThrowAsync<ServingException>(() =>
            _site.Source(files, options => options with { Folder = _site.Folder.At("file/unpacked") }).DownloadAsync(files.Url + "m.zip", CancellationToken.None));

        error.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        error.Message.ShouldEndWith("Nothing of it was kept.");
        error.Message.ShouldNotContain(_site.Folder.Path);
    }
}
