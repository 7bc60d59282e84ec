using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>A JSON file that people write: comments and trailing commas allowed, no key twice, of bounded size.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
        MaxDepth = 32,
    };

    /// <summary>Reads and parses the file and hands its root to <paramref name="read"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownAs">How messages call it, <c>model.json</c>.</param>
    /// <param name="maxBytes">The largest file that is read.</param>
    /// <param name="read">What makes a value of the root element.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidModel"/>: unreadable, too large, or not JSON.</exception>
    public static T Read<T>(string path, string shownAs, int maxBytes, Func<JsonElement, T> read)
    {
        var bytes = ReadBytes(path, shownAs, maxBytes);
        try
        {
            using var document = JsonDocument.Parse(WithoutByteOrderMark(bytes), Options);
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Invalid($"{shownAs} is not valid JSON{Place(e)}: {Reason(e)}", e);
        }
        catch (InvalidOperationException e)
        {
            // What JsonElement throws for text that cannot be made a string, such as half a surrogate pair.
            throw Invalid($"{shownAs} holds text that is not valid Unicode.", e);
        }
    }

    private static byte[] ReadBytes(string path, string shownAs, int maxBytes)
    {
        try
        {
            using var file = FileSample.Open(path);
            if (file.Length > maxBytes)
                throw Invalid($"{shownAs} is {file.Length:N0} bytes large; at most {maxBytes:N0} are read.");
            var bytes = new byte[file.Length];
            var read = file.Read(0, bytes);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"{shownAs} cannot be read: {FileSample.Reason(e)}.", e);
        }
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(byte[] bytes) =>
        bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes.AsMemory(3) : bytes;

    private static string Place(JsonException e) =>
        e.LineNumber is { } line && e.BytePositionInLine is { } column ? $" at line {line + 1}, byte {column + 1}" : "";

    /// <summary>The reason alone, without the position that the framework appends in its own counting from zero.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }

    private static ServingException Invalid(string message, Exception? inner = null) =>
        new(ServingErrorKind.InvalidModel, message, inner);
}
