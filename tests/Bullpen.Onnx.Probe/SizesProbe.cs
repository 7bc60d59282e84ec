using System.Runtime.InteropServices;
using Bullpen.Core.Runtimes;

namespace Bullpen.Onnx.Probe;

/// <summary>Prints the table of docs/decisions/measuring-memory.md.</summary>
internal static partial class SizesProbe
{
    public static int Print(string[] models)
    {
        var runtime = new OnnxModelRuntime();
        runtime.Load(new ModelFile("warm-up", models[0]), CancellationToken.None).Dispose();
        Console.WriteLine("| model | file KiB | estimate KiB | measured KiB | resident after load KiB | after the first run KiB | after dispose KiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var path in models) PrintOne(runtime, new ModelFile(NameOf(path), path));
        return 0;
    }

    private static void PrintOne(OnnxModelRuntime runtime, ModelFile file)
    {
        GC.Collect();
        _ = malloc_trim(0);
        var before = ResidentBytes();
        var session = runtime.Load(file, CancellationToken.None);
        var loaded = ResidentBytes() - before;
        session.Run(SampleInputs.Of(session.Signature), session.Signature.Outputs.Select(o => o.Name).ToArray(), CancellationToken.None);
        var run = ResidentBytes() - before;
        var measured = session.Footprint.IsMeasured ? $"{session.Footprint.Bytes / 1024}" : "-";
        session.Dispose();
        GC.Collect();
        var disposed = ResidentBytes() - before;
        Console.WriteLine(
            $"| {file.ModelName} | {new FileInfo(file.Path).Length / 1024} | {runtime.EstimateBytes(file) / 1024} | {measured} | {loaded / 1024} | {run / 1024} | {disposed / 1024} |");
    }

    private static string NameOf(string path) => Path.GetFileName(path) == "model.onnx"
        ? Path.GetFileName(Path.GetDirectoryName(path)!)
        : Path.GetFileNameWithoutExtension(path);

    /// <summary>Anonymous resident memory; the kernel counts it to the page in smaps_rollup only.</summary>
    private static long ResidentBytes() => File.ReadLines("/proc/self/smaps_rollup")
        .Where(line => line.StartsWith("Anonymous:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024)
        .Single();

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
