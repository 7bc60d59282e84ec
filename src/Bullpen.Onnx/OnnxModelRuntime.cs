using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>
/// ONNX Runtime on the CPU, in this process. Sessions have no threads of their own: a run works on its caller's thread.
/// One per process: two would not know of each other's loads when they measure.
/// </summary>
public sealed class OnnxModelRuntime : IModelRuntime
{
    private readonly MemoryMeter _meter = new();
    private readonly ILogger _logger;

    private readonly GraphStore? _store;

    /// <summary>A runtime.</summary>
    /// <param name="logger">Told what ONNX Runtime says, at level Debug.</param>
    /// <param name="store">Optimised graphs to load instead of the originals, where it has them.</param>
    public OnnxModelRuntime(ILogger<OnnxModelRuntime>? logger = null, GraphStore? store = null)
    {
        _store = store;
        _logger = logger ?? NullLogger<OnnxModelRuntime>.Instance;
        OrtStartup.EnsureDone(_logger);
    }

    /// <summary>The version of the native library that runs models: <c>1.30.0</c>.</summary>
    /// <exception cref="TypeInitializationException">There is no such library for this platform.</exception>
    public static string NativeVersion()
    {
        OrtStartup.EnsureDone(NullLogger.Instance);
        return OrtEnv.Instance().GetVersionString();
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public long EstimateBytes(ModelFile file) => SizeEstimate.Of(file);

    /// <inheritdoc/>
    public IReadOnlyList<string> FilesOf(ModelFile file) => SizeEstimate.FilesOf(file);

    /// <inheritdoc/>
    public void PrepareLoadThread()
    {
        NiceValue.Raise(NiceValue.OfLoads);
        TimeSlice.Lengthen();
    }

    /// <inheritdoc/>
    public IModelSession Load(ModelFile file, CancellationToken cancellationToken)
    {
        if (_store?.Find(file) is { } entry && TryLoad(entry, file, cancellationToken) is { } session) return session;

        var estimate = EstimateBytes(file);
        using var measurement = _meter.Begin();
        var native = CreateSession(file, cancellationToken);
        try
        {
            var footprint = measurement.FootprintOr(estimate, file.Target().Length);
            OnnxLog.Loaded(_logger, file.ModelName, footprint.Bytes, estimate, footprint.IsMeasured);
            return new OnnxModelSession(native, SignatureReader.Read(native, file.ModelName), footprint, file, _meter);
        }
        catch
        {
            native.Dispose();
            Glibc.Trim();
            throw;
        }
    }

    /// <summary>A session of the store's entry; null where it cannot be had now, and the entry is gone where that is its own fault.</summary>
    internal OnnxModelSession? TryLoad(GraphEntry entry, ModelFile file, CancellationToken cancellationToken)
    {
        InferenceSession? native = null;
        var verification = Task.CompletedTask;
        var use = _store!.Use(entry);
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var measurement = _meter.Begin();
            verification = entry.Verify(givenUp.Token);
            native = GraphSessions.Entry(entry.GraphPath, cancellationToken);
            verification.GetAwaiter().GetResult();
            var footprint = entry.Footprint with { PrivateBytes = measurement.Growth() ?? entry.Footprint.PrivateBytes };
            var session = new OnnxModelSession(native, SignatureReader.Read(native, file.ModelName), footprint, file, _meter, use);
            OnnxLog.LoadedEntry(_logger, file.ModelName, footprint.PrivateBytes, footprint.MappedBytes);
            return session;
        }
        catch (Exception exception)
        {
            givenUp.Cancel();
            native?.Dispose();
            Settle(verification);
            use.Dispose();
            Glibc.Trim();
            cancellationToken.ThrowIfCancellationRequested();
            if (OnnxErrors.IsOfContent(exception)) _store.Discard(entry, file, NativeReason.Of(exception, file));
            else _store.Keep(file, NativeReason.Of(exception, file));
            return null;
        }
    }

    /// <summary>Nothing reads the entry any more, and what the check may have found is not thrown at nobody.</summary>
    private static void Settle(Task verification) =>
        verification.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();

    private static InferenceSession CreateSession(ModelFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file.Path)) throw OnnxErrors.Missing(file);
        // A pipe has no length either, and to open one would wait for ever.
        if (file.Target().Length == 0) throw OnnxErrors.Empty(file);
        try
        {
            return GraphSessions.Original(file.Path, cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            Glibc.Trim();
            cancellationToken.ThrowIfCancellationRequested();
            throw OnnxErrors.OfLoad(exception, file);
        }
    }
}
