using System.Globalization;
using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Native;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// Writes one entry: optimises a model, packs its weights, and measures what the result is worth. Takes twice the model in
/// memory and a few loads' time: a process of its own does it, at the lowest priority.
/// </summary>
public static class GraphWriter
{
    private const int Rounds = 4;

    /// <summary>An entry is worth its disk where it loads in at most this part of the original's time,</summary>
    private const double WorthTime = 0.7;

    /// <summary>or leaves at most this part of the original's private memory,</summary>
    private const double WorthMemory = 0.5;

    /// <summary>where that is more than this.</summary>
    private const long LeastGain = 256 * 1024;

    /// <summary>Writes the entry for a model into a folder that is there: graph, weights and, last, the manifest.</summary>
    /// <returns>Null, or the reason why this content has no entry, which then is all that the manifest says.</returns>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot load the model, or not what it wrote.</exception>
    /// <exception cref="IOException">The model cannot be read, or the folder not be written.</exception>
    public static string? Write(string model, string folder, CancellationToken cancellationToken) =>
        Write(model, folder, whateverItIsWorth: false, cancellationToken);

    internal static string? Write(string model, string folder, bool whateverItIsWorth, CancellationToken cancellationToken)
    {
        OrtStartup.EnsureDone(NullLogger.Instance);
        var file = new ModelFile(Path.GetFileNameWithoutExtension(model), model);
        EntryManifest manifest;
        try
        {
            manifest = Make(file, folder, whateverItIsWorth, cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException(NativeReason.Of(exception, file), exception);
        }

        if (manifest.Refusal is not null)
            foreach (var written in new DirectoryInfo(folder).EnumerateFiles()) written.Delete();
        manifest.Write(Path.Combine(folder, EntryManifest.FileName));
        return manifest.Refusal;
    }

    private static EntryManifest Make(ModelFile file, string folder, bool whateverItIsWorth, CancellationToken cancellationToken)
    {
        if (UnknownWeights(file) is { } unknown)
            return Refused($"it keeps weights in {unknown}, a name that is not known for weights");
        var (graph, weights) = (Path.Combine(folder, GraphEntry.GraphName), Path.Combine(folder, GraphEntry.WeightsName));
        var signature = MakeAlways(file, folder, cancellationToken);
        if (!File.Exists(weights)) return Refused("it has no weights that could be mapped");

        var (mapped, original, entry) = (0L, Cost.Unknown, Cost.Unknown);
        for (var i = 0; i < Rounds; i++)
        {
            original = original.Least(Measure(() => GraphSessions.Original(file.Path, cancellationToken), _ => { }));
            entry = entry.Least(Measure(() => GraphSessions.Entry(graph, cancellationToken), session =>
            {
                mapped = MappedFiles.BytesOf(weights);
                if (!IsSame(signature, SignatureReader.Read(session, file.ModelName)))
                    throw new InvalidDataException("The optimised graph has another signature than the model.");
            }));
        }

        if (!whateverItIsWorth && !IsWorthIt(original, entry)) return Refused(Compare(original, entry));
        return new EntryManifest
        {
            Graph = Finish(graph, cancellationToken),
            Weights = Finish(weights, cancellationToken),
            PrivateBytes = entry.Bytes,
            MappedBytes = mapped,
            OriginalMilliseconds = original.Milliseconds,
            EntryMilliseconds = entry.Milliseconds,
        };
    }

    /// <summary>Writes graph and weights, whatever they are worth. The model's signature.</summary>
    internal static ModelSignature MakeAlways(ModelFile file, string folder, CancellationToken cancellationToken)
    {
        OrtStartup.EnsureDone(NullLogger.Instance);
        ModelSignature signature;
        using (var session = GraphSessions.Write(file.Path, folder, cancellationToken)) signature = SignatureReader.Read(session, file.ModelName);
        var weights = Path.Combine(folder, GraphEntry.WeightsName);
        if (File.Exists(weights)) AlignedWeights.Rewrite(Path.Combine(folder, GraphEntry.GraphName), weights);
        return signature;
    }

    /// <summary>The content's hash covers the files that are recognised by their names: weights elsewhere could change unseen.</summary>
    private static string? UnknownWeights(ModelFile file)
    {
        var known = SizeEstimate.FilesOf(file).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        return ExternalWeights.Of(file.Path).FirstOrDefault(location => !known.Contains(location));
    }

    private static Cost Measure(Func<InferenceSession> create, Action<InferenceSession> look)
    {
        var before = Glibc.CanCountBytes ? Glibc.AllocatedBytes() : 0;
        var started = TimeProvider.System.GetTimestamp();
        using var session = create();
        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        var grown = Glibc.CanCountBytes ? Math.Max(0, Glibc.AllocatedBytes() - before) : 0;
        look(session);
        return new Cost(elapsed, grown);
    }

    private static bool IsWorthIt(Cost original, Cost entry) =>
        entry.Milliseconds <= original.Milliseconds * WorthTime
        || (entry.Bytes <= original.Bytes * WorthMemory && original.Bytes - entry.Bytes >= LeastGain);

    private static string Compare(Cost original, Cost entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"it would load in {entry.Milliseconds:F1} instead of {original.Milliseconds:F1} ms and take {entry.Bytes >> 10} instead of {original.Bytes >> 10} KiB");

    private static bool IsSame(ModelSignature left, ModelSignature right) =>
        left.Inputs.SequenceEqual(right.Inputs)
        && left.Outputs.SequenceEqual(right.Outputs)
        && left.Description == right.Description
        && left.Metadata.Count == right.Metadata.Count
        && left.Metadata.All(pair => right.Metadata.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static EntryManifest Refused(string reason) => new() { Refusal = reason };

    private static EntryFile Finish(string path, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.FlushToDisk(handle);
        return new EntryFile(RandomAccess.GetLength(handle), BlockChecksum.Of(path, cancellationToken));
    }

    /// <summary>What creating a session takes: the least of a few tries is what it takes undisturbed.</summary>
    private readonly record struct Cost(double Milliseconds, long Bytes)
    {
        public static Cost Unknown { get; } = new(double.MaxValue, long.MaxValue);

        public Cost Least(Cost other) => new(Math.Min(Milliseconds, other.Milliseconds), Math.Min(Bytes, other.Bytes));
    }
}
