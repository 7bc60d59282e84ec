using System.Globalization;
using Bullpen.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx.Graphs;

/// <summary>The ways in which sessions are created: from an original, from an entry of the store, and to write one.</summary>
internal static class GraphSessions
{
    /// <summary>Weights below this stay in the graph: a mapping of its own costs more than a page.</summary>
    private const int SmallestExternalWeight = 1024;

    /// <summary>All that decides what an entry looks like, beside the content, the library and the processor.</summary>
    public static string Describe => string.Create(CultureInfo.InvariantCulture, $"2: all, prepacked, aligned, external from {SmallestExternalWeight}");

    /// <summary>A session of a model's own file, optimised.</summary>
    public static InferenceSession Original(string path, CancellationToken cancellationToken)
    {
        using var options = Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
        return Create(path, options, cancellationToken);
    }

    /// <summary>A session of an entry's graph, which is optimised and packed already.</summary>
    public static InferenceSession Entry(string path, CancellationToken cancellationToken)
    {
        using var options = Options(GraphOptimizationLevel.ORT_DISABLE_ALL);
        using var packing = HeapForPacking.Begin();
        return Create(path, options, cancellationToken);
    }

    /// <summary>
    /// As <see cref="Original"/>, and writes the optimised graph with packed weights in a file beside it. Keys: ONNX
    /// Runtime's onnxruntime_session_options_config_keys.h.
    /// </summary>
    public static InferenceSession Write(string path, string folder, CancellationToken cancellationToken)
    {
        using var options = Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
        options.OptimizedModelFilePath = Path.Combine(folder, GraphEntry.GraphName);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", GraphEntry.WeightsName);
        options.AddSessionConfigEntry(
            "session.optimized_model_external_initializers_min_size_in_bytes", SmallestExternalWeight.ToString(CultureInfo.InvariantCulture));
        options.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
        return Create(path, options, cancellationToken);
    }

    private static SessionOptions Options(GraphOptimizationLevel level)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = level,
            // It nearly doubles what a session keeps after its runs, and is no faster: docs/decisions/measuring-memory.md.
            EnableMemoryPattern = false,
        };
        options.DisablePerSessionThreads();
        return options;
    }

    private static InferenceSession Create(string path, SessionOptions options, CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.UnsafeRegister(
            static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), options);
        cancellationToken.ThrowIfCancellationRequested();
        return new InferenceSession(path, options);
    }
}
