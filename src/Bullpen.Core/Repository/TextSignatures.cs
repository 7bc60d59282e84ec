using System.Text;

namespace Bullpen.Core.Repository;

/// <summary>Formats that are told by their text, and text that is no model at all.</summary>
internal static class TextSignatures
{
    /// <summary>The format of the file, or null where it does not begin as text.</summary>
    public static FileFormat? Match(FileSample file)
    {
        var start = file.Prefix.Span;
        if (start.StartsWith("{L"u8) && start[..Math.Min(64, start.Length)].IndexOf("learner"u8) >= 0)
            return new FileFormat("an XGBoost model (UBJSON)", FileFormat.Trees);
        if (IsProtocolZeroPickle(start))
            return new FileFormat("a Python pickle (protocol 0, text)", FileFormat.Pickle);
        if (start is [(byte)'}' or (byte)']' or (byte)'(', (byte)'q', 0, ..])
            return new FileFormat("a Python pickle (protocol 1)", FileFormat.Pickle);
        if (!IsText(start))
            return null;

        var text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return Known(text) ?? new FileFormat("plain text");
    }

    private static FileFormat? Known(string text) => text switch
    {
        _ when Begins(text, "version https://git-lfs.github.com/spec/") => new FileFormat(
            "a Git LFS pointer", Advice: "Fetch the file itself with `git lfs pull`."),
        _ when Begins(text, "<!DOCTYPE html") || Begins(text, "<html") => new FileFormat(
            "an HTML page", Advice: "Was it downloaded from a link to a page and not to the file?"),
        _ when text.StartsWith('<') && text.Contains("<PMML", StringComparison.Ordinal) => new FileFormat(
            "a PMML model", Advice: "Export the model that it was made from to ONNX; see docs/convert.md."),
        _ when text.StartsWith("<?xml", StringComparison.Ordinal) => new FileFormat("an XML document"),
        _ when text.StartsWith("tree\nversion=", StringComparison.Ordinal) || text.StartsWith("tree\r\nversion=", StringComparison.Ordinal)
            => new FileFormat("a LightGBM model", FileFormat.Trees),
        _ when text.StartsWith('{') && Has(text, "\"learner\"") => new FileFormat("an XGBoost model (JSON)", FileFormat.Trees),
        _ when text.StartsWith('{') && (Has(text, "\"oblivious_trees\"") || Has(text, "\"features_info\""))
            => new FileFormat("a CatBoost model (JSON)", FileFormat.Trees),
        _ when text.StartsWith('{') && Has(text, "\"nodes\"") && Has(text, "\"op\"") => new FileFormat("an MXNet symbol file (-symbol.json)", FileFormat.MxNet),
        _ when text.StartsWith('{') && Has(text, "\"class_name\"") && Has(text, "\"config\"")
            => new FileFormat("a Keras model's description (JSON)", FileFormat.Keras),
        _ when text.StartsWith('{') || text.StartsWith('[') => new FileFormat("a JSON document"),
        _ => null,
    };

    /// <summary>
    /// Protocol 0 has no header. Its pickles of objects begin with a container or a class: <c>(dp0</c>, <c>(lp0</c>,
    /// <c>(i</c>, <c>ccopy_reg</c> and the like, always with the module on its own line.
    /// </summary>
    private static bool IsProtocolZeroPickle(ReadOnlySpan<byte> start) =>
        start.StartsWith("ccopy_reg\n"u8) || start.StartsWith("ccopyreg\n"u8) || start.StartsWith("c__builtin__\n"u8)
        || start.StartsWith("csklearn"u8) || start.StartsWith("cnumpy"u8) || start.StartsWith("c__main__\n"u8)
        || (start is [(byte)'(', (byte)'d' or (byte)'l' or (byte)'t', (byte)'p', >= (byte)'0' and <= (byte)'9', (byte)'\n', ..])
        || start.StartsWith("(i__main__\n"u8);

    /// <summary>UTF-8 without control characters other than white space. A character cut by the sample's end is forgiven.</summary>
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var b in start)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f') or 0x7F)
                return false;
        }

        for (var cut = 0; cut < 4 && cut < start.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(start[..^cut]))
                return true;
        }

        return false;
    }

    private static bool Begins(string text, string what) => text.StartsWith(what, StringComparison.OrdinalIgnoreCase);

    private static bool Has(string text, string what) => text.Contains(what, StringComparison.Ordinal);
}
