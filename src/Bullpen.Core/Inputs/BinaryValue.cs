using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Bullpen.Core.Inputs;

/// <summary>
/// Bytes that are no text, as TensorFlow Serving's clients write them in JSON: {"b64": base64}, an object of that one key.
/// </summary>
internal static class BinaryValue
{
    /// <summary>True for an object of that one key, whose value is a string.</summary>
    public static bool IsMatch(JsonElement value) => TryGetBase64(value, out _);

    /// <summary>The bytes; false where the value is no such object, or does not hold base64.</summary>
    public static bool TryRead(JsonElement value, out byte[] bytes)
    {
        bytes = [];
        return TryGetBase64(value, out var base64) && JsonText.TryGetUtf8(base64, out var text) && TryDecode(text, out bytes);
    }

    /// <summary>Decodes base64, also with line ends in it, or without the padding at its end.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        if (TryDecodePadded(text, out bytes)) return true;
        var missing = -text.Length & 3;
        if (missing is 0 or 3 || text.EndsWith("="u8)) return false;
        var padded = new byte[text.Length + missing];
        text.CopyTo(padded);
        padded.AsSpan(text.Length).Fill((byte)'=');
        return TryDecodePadded(padded, out bytes);
    }

    private static bool TryDecodePadded(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out var read, out var written) != OperationStatus.Done || read != text.Length) return false;
        Array.Resize(ref bytes, written);
        return true;
    }

    private static bool TryGetBase64(JsonElement value, out JsonElement base64)
    {
        base64 = default;
        return value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1
            && JsonText.TryGetProperty(value, "b64"u8, out base64) && base64.ValueKind == JsonValueKind.String;
    }
}
