using Bullpen.Core;
using Bullpen.Sources;
using Bullpen.Sources.Unpacked;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Tests.Sources;

/// <summary>Rights to unpacked folders, taken and given back from many threads.</summary>
public sealed class UnpackedFoldersTests : IDisposable
{
    private const int Rounds = 400;

    private static readonly string Key = new('a', 64);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_makes_a_folder_has_it_however_many_take_it_and_give_it_back_meanwhile()
    {
        using var folders = new UnpackedFolders(_folder.At("unpacked"), NullLogger.Instance);
        using var ended = new CancellationTokenSource();
        var others = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!ended.IsCancellationRequested) folders.TryTake(Key)?.Dispose();
        })).ToArray();

        for (var round = 0; round < Rounds; round++)
        {
            using var made = folders.Make(Key, _ => { }, CancellationToken.None);
            Directory.Exists(made.Folder).ShouldBeTrue();
        }

        await ended.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task A_sweep_deletes_nothing_that_somebody_takes_meanwhile()
    {
        using var folders = new UnpackedFolders(_folder.At("unpacked"), NullLogger.Instance);
        var begin = new Barrier(2);
        var sweeps = Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                begin.SignalAndWait();
                folders.Sweep(except: "sources");
                begin.SignalAndWait();
            }
        });

        var lost = 0;
        for (var round = 0; round < Rounds; round++)
        {
            _folder.Write($"unpacked/{Key}/model.onnx", "of an earlier run");
            begin.SignalAndWait();
            using var taken = folders.TryTake(Key);
            begin.SignalAndWait();
            if (taken is not null && !File.Exists(Path.Combine(taken.Folder, "model.onnx"))) lost++;
        }

        await sweeps;
        lost.ShouldBe(0);
    }

    [Fact]
    public void An_archive_that_changes_before_it_is_unpacked_is_never_published()
    {
        var log = new RecordingLogger<ModelSource>();
        var archive = _folder.Write("m.zip", CraftedZip.Of(zip => zip.File("model.onnx", "before")));
        // The clock is asked between the hash and the unpacking.
        var clock = new ActingClock(() => _folder.Write("m.zip", CraftedZip.Of(zip => zip.File("model.onnx", "something else"))));
        var source = new ModelSource(new SourcesOptions { Folder = _folder.At("unpacked") }, clock, log);

        var error = Should.Throw<ServingException>(() => source.Unpack(archive, "m.zip", CancellationToken.None));

        error.Message.ShouldContain("changed while it was unpacked");
        log.Lines.ShouldNotContain(line => line.Contains("Unpacked", StringComparison.Ordinal));
        Directory.EnumerateFileSystemEntries(_folder.At("unpacked")).Select(Path.GetFileName).ShouldBe(["sources"]);
    }

    /// <summary>Does something where it is asked for the time.</summary>
    private sealed class ActingClock(Action act) : TimeProvider
    {
        public override long GetTimestamp()
        {
            act();
            return base.GetTimestamp();
        }
    }
}
