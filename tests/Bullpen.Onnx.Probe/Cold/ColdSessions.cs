using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Graphs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>
/// The ways of loading that are compared: <c>plain</c> (new InferenceSession with default options but for the threads),
/// <c>first</c> and <c>repeat</c> (Bullpen without and with its store), <c>unpacked</c> (the store's entry mapped, without
/// packing). With <c>-dropped</c> the page cache holds nothing of the model.
/// </summary>
internal sealed class ColdSessions
{
    private readonly string _mode;
    private readonly string _folder;
    private readonly OnnxModelRuntime _runtime;

    public ColdSessions(string mode, string folder)
    {
        _mode = mode.Replace("-dropped", "", StringComparison.Ordinal);
        _folder = folder;
        _runtime = new OnnxModelRuntime(store: _mode == "repeat" ? Store(folder) : null);
    }

    public static GraphStore Store(string folder) => new(
        new GraphStoreOptions { Folder = folder, MaxBytes = 1L << 40, DiskKeptFree = 0.01 }, new StampHashes(), TimeProvider.System, NullLogger<GraphStore>.Instance);

    /// <summary>What is read of the model in this mode.</summary>
    public IEnumerable<string> FilesOf(string model) => _mode is "plain" or "first" ? [model] : Directory.EnumerateFiles(EntryOf(model));

    public IModelSession Open(string model)
    {
        if (_mode == "plain") return new PlainSession(model);
        if (_mode == "unpacked") return new PlainSession(Path.Combine(EntryOf(model), "graph.onnx"), isEntry: true);
        var session = _runtime.Load(new ModelFile("model", model), CancellationToken.None);
        if (_mode == "repeat" && session.Footprint.MappedBytes == 0) throw new InvalidOperationException($"{model} was not loaded from the store.");
        return session;
    }

    private string EntryOf(string model) => File.ReadAllText(Path.Combine(_folder, Path.GetFileName(model) + ".entry"));
}
