namespace Bullpen.Core.Repository;

/// <summary>
/// Looks at a file's first bytes (and, in a zip, at the names inside) to tell a caller what it is when it is no ONNX model.
/// It refuses only what is surely something else; whether an ONNX model is a good one, the runtime says.
/// </summary>
public static class ModelFileInspector
{
    /// <summary>Null where the file can be an ONNX model, else a sentence for callers on what it looks like and what to do.</summary>
    /// <param name="path">The file; symbolic links are followed.</param>
    /// <param name="shownAs">How the sentence calls the file; no absolute path.</param>
    public static string? Inspect(string path, string shownAs)
    {
        try
        {
            using var file = FileSample.Open(path);
            return Inspect(file, shownAs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{shownAs} cannot be read: {FileSample.Reason(e)}.";
        }
    }

    /// <summary>The sentence for a folder that holds a TensorFlow SavedModel; null for any other folder.</summary>
    internal static string? InspectFolder(string path, string shownAs) =>
        File.Exists(Path.Combine(path, "saved_model.pb")) || File.Exists(Path.Combine(path, "saved_model.pbtxt"))
            ? new FileFormat("a TensorFlow SavedModel", FileFormat.SavedModel).Sentence(shownAs)
            : null;

    private static string? Inspect(FileSample file, string shownAs)
    {
        if (file.Length == 0)
            return $"{shownAs} is empty.";

        // First, so that no signature below can shadow a model that happens to hold its bytes.
        var verdict = OnnxSignature.Judge(file, out var outline);
        if (verdict == OnnxSignature.Verdict.CanBeOnnx)
            return null;

        var format = BinarySignatures.Match(file)
            ?? ArchiveSignatures.Match(file)
            ?? TextSignatures.Match(file)
            ?? ProtobufSignatures.Match(file, outline);
        if (format is not null)
            return format.Sentence(shownAs);

        return verdict == OnnxSignature.Verdict.CutShort
            ? $"{shownAs} begins as an ONNX model but ends too early, at {file.Length:N0} bytes: was a copy or a download cut short?"
            : $"{shownAs} is not an ONNX model: its first bytes are {Convert.ToHexString(file.Prefix.Span[..Math.Min(8, file.Prefix.Length)])}.";
    }
}
