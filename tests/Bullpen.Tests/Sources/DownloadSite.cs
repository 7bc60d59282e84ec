using System.Security.Cryptography;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Sources;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Sources;

/// <summary>Servers to download from, sources that download from them, and the folder that these keep.</summary>
internal sealed class DownloadSite : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    internal TempFolder Folder { get; } = new();

    internal HeldClock Clock { get; } = new();

    internal RecordingLogger<ModelSource> Log { get; } = new();

    /// <summary>A model in an archive that is larger than any buffer.</summary>
    internal byte[] Archive { get; } = CraftedZip.Of(zip => zip.File("model.onnx", Convert.ToBase64String(RandomNumberGenerator.GetBytes(300_000))));

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned) await owned.DisposeAsync();
        Folder.Dispose();
    }

    internal async Task<FileServer> ServeAsync(RequestDelegate answer)
    {
        var files = await FileServer.StartAsync(answer);
        _owned.Add(files);
        return files;
    }

    internal CuttingServer Cutting(Func<string, int, byte[]> answer)
    {
        var server = new CuttingServer(answer);
        _owned.Add(server);
        return server;
    }

    internal ModelSource Source(FileServer files, Func<SourcesOptions, SourcesOptions>? change = null) =>
        Source(options => (change ?? (same => same))(options with { AllowedUrls = Allowed(files.Url) }));

    internal ModelSource Source(Func<SourcesOptions, SourcesOptions> change)
    {
        var source = new ModelSource(change(new SourcesOptions { Folder = Folder.At("unpacked") }), Clock, Log);
        _owned.Insert(0, source);
        return source;
    }

    /// <summary>A download whose pauses between tries pass at once.</summary>
    internal Task<IUnpackedModel> DownloadAsync(string root, string path, Func<SourcesOptions, SourcesOptions>? change = null, int untilTry = 1) =>
        WithPausesAsync(Source(options => (change ?? (same => same))(options with { AllowedUrls = Allowed(root) })).DownloadAsync(root + path, CancellationToken.None), untilTry);

    internal Task<string> FailureAsync(
        string root, string path, Func<SourcesOptions, SourcesOptions>? change = null, int untilTry = 1, ServingErrorKind kind = ServingErrorKind.DownloadFailed) =>
        FailureOfAsync(root + path, options => (change ?? (same => same))(options with { AllowedUrls = Allowed(root) }), untilTry, kind);

    internal async Task<string> FailureOfAsync(
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
            await Task.WhenAny(Clock.SomebodyWaits(pause), download);
            Clock.Advance(pause);
        }

        return await download;
    }

    /// <summary>What lies in the folder of unpacked models, records aside.</summary>
    internal List<string> Left() => Directory.Exists(Folder.At("unpacked"))
        ? [.. Directory.EnumerateFileSystemEntries(Folder.At("unpacked")).Select(path => Path.GetFileName(path)).Where(name => name != "sources")]
        : [];

    internal static AllowedUrls Allowed(string prefixes) => AllowedUrls.TryParse(prefixes, out var allowed) ? allowed : throw new ArgumentException(prefixes, nameof(prefixes));
}
