using Bullpen.Core.Runtimes;
using Bullpen.Core.State;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// One model's entry in the store: a folder with an optimised graph, its weights and a manifest. Its files are checked
/// against the manifest once in a process; afterwards their stamps tell whether they are still the same.
/// </summary>
internal sealed class GraphEntry(string folder, EntryManifest manifest)
{
    /// <summary>The file names within a folder.</summary>
    public const string GraphName = "graph.onnx", WeightsName = "weights.bin";

    private IReadOnlyList<StampedFile>? _verified;
    private long _usedTicks;
    private int _uses;

    public string Folder => folder;

    public EntryManifest Manifest => manifest;

    /// <summary>When it was last used, where it is not in use; what was used longest ago goes first.</summary>
    public DateTimeOffset UsedAt
    {
        get => new(Volatile.Read(ref _usedTicks), TimeSpan.Zero);
        set => Volatile.Write(ref _usedTicks, value.UtcTicks);
    }

    public string GraphPath => Path.Combine(folder, GraphName);

    private string WeightsPath => Path.Combine(folder, WeightsName);

    /// <summary>What a session of it takes.</summary>
    public ModelFootprint Footprint => new(manifest.PrivateBytes, manifest.MappedBytes, IsMeasured: true);

    /// <summary>True where nothing maps it and nothing did for so long.</summary>
    public bool IsIdleFor(TimeSpan span, DateTimeOffset now) => Volatile.Read(ref _uses) == 0 && now - UsedAt >= span;

    /// <summary>Something begins to use it.</summary>
    public void Begin() => Interlocked.Increment(ref _uses);

    /// <summary>Something uses it no more.</summary>
    public void End() => Interlocked.Decrement(ref _uses);

    /// <summary>The files were just read back by the process that wrote them: their stamps are enough from now on.</summary>
    public void TakeAsVerified() => _verified = Stamps();

    /// <summary>
    /// Checks the graph now, and the weights while the caller goes on: their length is right when this returns, and their
    /// content when the task has ended. The reading brings the pages into memory that the session is about to map.
    /// </summary>
    /// <exception cref="DamagedEntryException">A file is not what was written, also from the task.</exception>
    public Task Verify(CancellationToken cancellationToken)
    {
        var stamps = Stamps();
        if (stamps[0].Length != manifest.Graph!.Length) throw Damaged(GraphName, "is missing or has another length");
        if (stamps[1].Length != manifest.Weights!.Length) throw Damaged(WeightsName, "is missing or has another length");
        if (_verified is { } verified && stamps.SequenceEqual(verified)) return Task.CompletedTask;

        if (BlockChecksum.Of(GraphPath, cancellationToken) != manifest.Graph.Checksum) throw Damaged(GraphName, "is damaged");
        return Task.Factory.StartNew(
            () =>
            {
                if (BlockChecksum.Of(WeightsPath, cancellationToken) != manifest.Weights.Checksum) throw Damaged(WeightsName, "is damaged");
                _verified = stamps;
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private StampedFile[] Stamps() => [StampedFile.Of(GraphPath), StampedFile.Of(WeightsPath)];

    private static DamagedEntryException Damaged(string file, string what) => new($"{file} {what}");
}
