using Bullpen.Core.Runtimes;
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

    /// <summary>A runtime that logs what ONNX Runtime says to <paramref name="logger"/>, at level Debug.</summary>
    public OnnxModelRuntime(ILogger<OnnxModelRuntime>? logger = null)
    {
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
    public IModelSession Load(ModelFile file, CancellationToken cancellationToken)
    {
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

    private static InferenceSession CreateSession(ModelFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file.Path)) throw OnnxErrors.Missing(file);
        // A pipe has no length either, and to open one would wait for ever.
        if (file.Target().Length == 0) throw OnnxErrors.Empty(file);
        try
        {
            using var options = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                // It nearly doubles what a session keeps after its runs, and is no faster: docs/decisions/measuring-memory.md.
                EnableMemoryPattern = false,
            };
            options.DisablePerSessionThreads();
            using var cancellation = cancellationToken.UnsafeRegister(
                static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), options);
            cancellationToken.ThrowIfCancellationRequested();
            return new InferenceSession(file.Path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            Glibc.Trim();
            cancellationToken.ThrowIfCancellationRequested();
            throw OnnxErrors.OfLoad(exception, file);
        }
    }
}
