using Bullpen.Core.Runtimes;

namespace Bullpen.Onnx;

/// <summary>
/// The size of a model before it was ever loaded, from the sizes of its files alone:
/// <c>8 MiB + files + 12 × min(main file, 4 MiB)</c>. The factor is for graphs and tables of strings, which grow in
/// memory up to fifteenfold and are never large; weights, which are, grow by about nothing. The constant covers the
/// arena of the first runs. Chosen to be too much for all models measured in docs/decisions/measuring-memory.md.
/// </summary>
internal static class SizeEstimate
{
    private const long MiB = 1024 * 1024;
    private const long Constant = 8 * MiB;
    private const long GraphFactor = 12;
    private const long LargestGraph = 4 * MiB;

    /// <summary>The estimate for a model; for a file that is missing, that of an empty one.</summary>
    public static long Of(ModelFile file)
    {
        var main = new FileInfo(file.Path);
        if (!main.Exists) return Constant;
        var length = file.Target().Length;
        var external = Weights(main).Sum(sibling => sibling.Length);
        return Constant + length + external + GraphFactor * Math.Min(length, LargestGraph);
    }

    /// <summary>The main file, then the files of weights beside it, by name.</summary>
    public static IReadOnlyList<string> FilesOf(ModelFile file)
    {
        var main = new FileInfo(file.Path);
        return main.Exists
            ? [file.Path, .. Weights(main).Select(sibling => sibling.FullName).Order(StringComparer.Ordinal)]
            : [file.Path];
    }

    private static IEnumerable<FileInfo> Weights(FileInfo main) =>
        main.Directory!.EnumerateFiles(Path.GetFileNameWithoutExtension(main.Name) + "*")
            .Where(sibling => sibling.Name != main.Name && HoldsWeights(sibling.Name));

    /// <summary>As exporters name external data: <c>model.onnx.data</c>, <c>model.onnx_data_1</c>, <c>model.bin</c>.</summary>
    private static bool HoldsWeights(string name) =>
        name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".weights", StringComparison.OrdinalIgnoreCase)
        || name.Contains(".data", StringComparison.OrdinalIgnoreCase)
        || name.Contains("_data", StringComparison.OrdinalIgnoreCase);
}
