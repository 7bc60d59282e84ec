namespace Bullpen.Core.Repository;

/// <summary>Model formats that are zip files, told by the names inside.</summary>
internal static class ArchiveSignatures
{
    /// <summary>The format of a zip file; null for any other file.</summary>
    public static FileFormat? Match(FileSample file)
    {
        if (!file.Prefix.Span.StartsWith("PK\u0003\u0004"u8) && !file.Prefix.Span.StartsWith("PK\u0005\u0006"u8))
            return null;

        var names = ZipNames.Read(file);
        bool Ends(string end) => names.Any(n => n.EndsWith(end, StringComparison.Ordinal));

        if (names.Contains("MAR-INF/MANIFEST.json"))
            return ModelArchive(names);
        if (Ends("/data.pkl"))
        {
            var script = Ends("/constants.pkl") || names.Any(n => n.Contains("/code/", StringComparison.Ordinal));
            return new FileFormat(script ? "a TorchScript model" : "a PyTorch checkpoint (a pickle in a zip)", FileFormat.PyTorch);
        }

        if (names.Contains("config.json") && names.Contains("metadata.json"))
            return new FileFormat("a Keras model (.keras)", FileFormat.Keras);
        if (names.Count > 0 && names.All(n => n.EndsWith(".npy", StringComparison.Ordinal)))
            return new FileFormat("NumPy arrays (.npz)", FileFormat.Pickle);
        return new FileFormat("a zip archive", Advice: Unpack(names) ?? "Unpack it and give the .onnx file inside; for other models see docs/convert.md.");
    }

    /// <summary>A .mar, which multi-model-server and TorchServe share: what is in it tells whose it is.</summary>
    public static FileFormat ModelArchive(IReadOnlyList<string> names)
    {
        const string what = "a model archive (.mar)";
        if (Unpack(names) is { } advice)
            return new FileFormat(what, Advice: advice);
        var torch = names.Any(n => Path.GetExtension(n) is ".pt" or ".pth");
        return new FileFormat(what, torch ? FileFormat.PyTorch : FileFormat.MxNet, "Handlers, which are Python code, are not run.");
    }

    private static string? Unpack(IReadOnlyList<string> names) =>
        names.FirstOrDefault(n => n.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) is { } inside
            ? $"Unpack it and give {Printable.Text(inside, 80)}, which is inside."
            : null;
}
