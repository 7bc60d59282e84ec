using System.Security.Cryptography;
using Bullpen.Core;

namespace Bullpen.Tests.Sources;

/// <summary>Downloads and archives that several ask for, at once or one after the other.</summary>
public sealed class SharedDownloadTests : IAsyncLifetime
{
    private readonly DownloadSite _site = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_hash_that_is_right_is_downloaded_once()
    {
        var files = await _site.ServeAsync(context => context.Response.Body.WriteAsync(_site.Archive).AsTask());
        var source = _site.Source(files);
        var hash = Convert.ToHexString(SHA256.HashData(_site.Archive));

        using var first = await source.DownloadAsync($"{files.Url}a.zip#sha256={hash}", CancellationToken.None);
        using var second = await source.DownloadAsync($"{files.Url}b.zip#sha256={hash}", CancellationToken.None);

        second.Folder.ShouldBe(first.Folder);
        files.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Who_asks_for_the_same_at_once_shares_a_download_and_may_leave_alone()
    {
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await _site.ServeAsync(async context =>
        {
            came.TrySetResult();
            await go.Task;
            await context.Response.Body.WriteAsync(_site.Archive);
        });
        var source = _site.Source(files);
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
        _site.Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_that_everybody_left_is_cancelled()
    {
        var (came, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await _site.ServeAsync(async context =>
        {
            came.TrySetResult();
            await context.RequestAborted.AsTask();
            gone.TrySetResult();
        });
        var source = _site.Source(files);
        using var leaving = new CancellationTokenSource();
        var download = source.DownloadAsync(files.Url + "m.zip", leaving.Token);
        await came.Task;
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => download);
        await gone.Task;
        await source.DisposeAsync();
        _site.Left().ShouldBeEmpty();
    }

    [Fact]
    public async Task More_downloads_than_may_wait_are_refused()
    {
        var files = await _site.ServeAsync(context => context.RequestAborted.AsTask());
        var source = _site.Source(files, options => options with { MaxUnderWay = 2 });
        using var leaving = new CancellationTokenSource();
        Task[] two = [source.DownloadAsync(files.Url + "a.zip", leaving.Token), source.DownloadAsync(files.Url + "b.zip", leaving.Token)];

        (await Should.ThrowAsync<ServingException>(() => source.DownloadAsync(files.Url + "c.zip", CancellationToken.None))).Kind.ShouldBe(ServingErrorKind.Overloaded);

        await leaving.CancelAsync();
        foreach (var task in two) await Should.ThrowAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task What_a_url_led_to_is_forgotten_with_the_last_right_to_it()
    {
        var files = await _site.ServeAsync(context => context.Response.Body.WriteAsync(_site.Archive).AsTask());
        var source = _site.Source(files);
        var first = await source.DownloadAsync(files.Url + "m.zip?signature=1", CancellationToken.None);
        var second = await source.DownloadAsync(files.Url + "m.zip?signature=2", CancellationToken.None);
        Records().Length.ShouldBe(2);

        first.Dispose();
        Records().Length.ShouldBe(2);
        second.Dispose();

        Records().ShouldBeEmpty();
        source.FindDownloaded(files.Url + "m.zip?signature=1").ShouldBeNull();
        string[] Records() => Directory.GetFiles(_site.Folder.At("unpacked/sources"));
    }

    [Fact]
    public async Task Archives_wait_for_the_slots_of_downloads_share_one_and_are_refused_where_too_many_wait()
    {
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var files = await _site.ServeAsync(async context =>
        {
            came.TrySetResult();
            await go.Task;
            await context.Response.Body.WriteAsync(_site.Archive);
        });
        var source = _site.Source(files, options => options with { MaxAtOnce = 1, MaxUnderWay = 2 });
        var other = _site.Folder.Write("other.zip", CraftedZip.Of(zip => zip.File("model.onnx", "other")));
        var third = _site.Folder.Write("third.zip", CraftedZip.Of(zip => zip.File("model.onnx", "third")));
        var download = source.DownloadAsync(files.Url + "m.zip", CancellationToken.None);
        await came.Task;
        var archives = Enumerable.Range(0, 60).Select(_ => source.UnpackAsync(other, "other.zip", CancellationToken.None)).ToArray();

        var refusal = await Should.ThrowAsync<ServingException>(() => source.UnpackAsync(third, "third.zip", CancellationToken.None));

        refusal.Kind.ShouldBe(ServingErrorKind.Overloaded);
        archives.ShouldAllBe(archive => !archive.IsCompleted);
        _site.Log.Lines.ShouldNotContain(line => line.Contains("other.zip", StringComparison.Ordinal));
        go.SetResult();
        (await download).Dispose();
        var unpacked = await Task.WhenAll(archives);
        _site.Log.Lines.Count(line => line.Contains("Unpacked other.zip", StringComparison.Ordinal)).ShouldBe(1);
        foreach (var one in unpacked) one.Dispose();
        _site.Left().ShouldBeEmpty();
    }
}
