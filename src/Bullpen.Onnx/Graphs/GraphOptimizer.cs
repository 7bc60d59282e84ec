using System.ComponentModel;
using Bullpen.Core.Runtimes;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Onnx.Graphs;

/// <summary>Has entries for <see cref="GraphStore"/> written by a process of their own.</summary>
public sealed class GraphOptimizer : IModelOptimizer
{
    /// <summary>Measured: .NET and ONNX Runtime, and at the peak the original, the packed weights and the page that is written.</summary>
    private const long FloorBytes = 96L << 20;

    /// <summary>
    /// Smaller models are not tried: their loads take a millisecond or two, and the process that could shorten that takes
    /// hundreds.
    /// </summary>
    private const long SmallestModel = 128 * 1024;

    private readonly GraphStore _store;
    private readonly OptimizerCommand _command;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>An optimiser that starts the command for each entry.</summary>
    public GraphOptimizer(GraphStore store, OptimizerCommand command, TimeProvider time, ILogger<GraphOptimizer> log) =>
        (_store, _command, _time, _log) = (store, command, time, log);

    /// <inheritdoc/>
    public ModelFootprint? Foresee(ModelFile file) => _store.Find(file)?.Footprint;

    /// <inheritdoc/>
    public long WorkingBytes(ModelFile file) => FloorBytes + 2 * LengthOf(file);

    /// <inheritdoc/>
    public async Task<bool> IsWantedAsync(ModelFile file, CancellationToken cancellationToken) =>
        LengthOf(file) >= SmallestModel
        && await _store.KeyAsync(file, cancellationToken) is { } key
        && !_store.Knows(key)
        && _store.CanHold(key, MostBytes(file));

    /// <inheritdoc/>
    public async Task OptimizeAsync(ModelFile file, CancellationToken cancellationToken)
    {
        if (await _store.KeyAsync(file, cancellationToken) is not { } key) return;
        if (_store.Begin(key, MostBytes(file)) is not { } folder) return;

        try
        {
            if (await RunAsync(file, folder, cancellationToken) is { } failure)
            {
                // A disk that is full by now says nothing of the model. Asked while what was written still takes its part of it.
                if (!_store.CanHold(key, MostBytes(file))) return;
                _store.Avoid(key);
                OnnxLog.EntryFailed(_log, file.ModelName, failure);
            }
            else if (await _store.KeyAsync(file, cancellationToken) == key)
            {
                Publish(file, key, folder);
            }
        }
        finally
        {
            _store.Abandon(folder);
        }
    }

    private async Task<string?> RunAsync(ModelFile file, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await OptimizerProcess.RunAsync(_command, file.Path, folder, _time, cancellationToken);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return e.Message;
        }
    }

    private void Publish(ModelFile file, string key, string folder)
    {
        if (!_store.Publish(key, folder))
        {
            _store.Avoid(key);
            OnnxLog.EntryFailed(_log, file.ModelName, "what it wrote is not complete, or cannot be moved to its place");
            return;
        }

        if (_store.Find(file) is { Manifest: var made })
            OnnxLog.EntryWritten(_log, file.ModelName, made.EntryMilliseconds, made.OriginalMilliseconds, made.PrivateBytes, made.MappedBytes, made.Length);
        else
            OnnxLog.EntryRefused(_log, file.ModelName);
    }

    /// <summary>An entry was never seen to be more than twice its model: weights as they are, and packed.</summary>
    private static long MostBytes(ModelFile file) => 2 * LengthOf(file);

    private static long LengthOf(ModelFile file) => SizeEstimate.FilesOf(file)
        .Sum(path => Math.Max(0, StampedFile.Of(path).Length));
}
