using System.Diagnostics;
using System.Security.Cryptography;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Sources;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Tests.Sources;

/// <summary>A real file system of 1 MiB, where the tests may mount one.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _archive = CraftedZip.Of(zip => zip.File("model.onnx", Convert.ToBase64String(RandomNumberGenerator.GetBytes(3 << 20))));
    private bool _isMounted;

    private string Disk => _folder.At("disk");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        _isMounted = OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", Disk);
    }

    public async Task DisposeAsync()
    {
        if (_isMounted) (await RunAsync("umount", Disk)).ShouldBeTrue();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_disk_that_is_full_while_unpacking_is_told_and_nothing_is_left_on_it()
    {
        Skip.IfNot(_isMounted, "Nobody may mount here.");
        await using var source = Source();

        var error = Should.Throw<ServingException>(() => source.Unpack(_folder.Write("m.zip", _archive), "m.zip", CancellationToken.None));

        ShouldSayThatTheDiskIsFull(error, "m.zip");
    }

    [SkippableFact]
    public async Task A_disk_that_is_full_while_downloading_is_told_and_nothing_is_left_on_it()
    {
        Skip.IfNot(_isMounted, "Nobody may mount here.");
        await using var files = await FileServer.StartAsync(context => context.Response.Body.WriteAsync(_archive).AsTask());
        await using var source = Source(files.Url);

        var error = await Should.ThrowAsync<ServingException>(() => source.DownloadAsync(files.Url + "m.zip", CancellationToken.None));

        ShouldSayThatTheDiskIsFull(error, files.Url + "m.zip");
    }

    private void ShouldSayThatTheDiskIsFull(ServingException error, string shown)
    {
        error.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        error.Message.ShouldBe($"{shown} could not be unpacked: the disk of the state folder is full (--state). Nothing of it was kept.");
        Directory.EnumerateFileSystemEntries(Path.Combine(Disk, "unpacked")).Select(path => Path.GetFileName(path)).ShouldBeSubsetOf(["sources"]);
        new DriveInfo(Disk).AvailableFreeSpace.ShouldBeGreaterThan(900 << 10);
    }

    private ModelSource Source(string allowed = "") => new(
        new SourcesOptions { Folder = Path.Combine(Disk, "unpacked"), AllowedUrls = AllowedUrls.TryParse(allowed, out var urls) ? urls : AllowedUrls.None },
        TimeProvider.System,
        NullLogger<ModelSource>.Instance);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
