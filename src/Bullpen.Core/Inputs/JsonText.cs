using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Bullpen.Core.Inputs;

/// <summary>
/// Reads names and strings of a parsed JSON document, which may still hold what is not Unicode, and names values in
/// messages.
/// </summary>
internal static class JsonText
{
    /// <summary>The most characters of a request's own text that a message repeats.</summary>
    private const int MaxQuoted = 80;

    /// <summary>What a value is, as a noun phrase for a message.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => TryGetUtf8(value, out _) ? "a string" : "half a surrogate pair",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>As <see cref="Describe"/>, with the digits of a number; NaN and the infinities as that, though they came as strings or were made such.</summary>
    public static string DescribeValue(JsonElement value)
    {
        if (TryGetText(value) is "NaN" or "Infinity" or "-Infinity") return value.GetString()!;
        if (value.ValueKind != JsonValueKind.Number) return Describe(value);
        // As much of it as is repeated, and one more, by which that is told: it may be long.
        var digits = JsonMarshal.GetRawUtf8Value(value);
        return $"the number {Quotable(Encoding.ASCII.GetString(digits[..Math.Min(digits.Length, MaxQuoted + 1)]))}";
    }

    /// <summary>A request's own text as a message may repeat it: cut to a bearable length, control characters replaced.</summary>
    public static string Quotable(string text)
    {
        var cut = text.Length <= MaxQuoted ? text : string.Concat(text.AsSpan(0, MaxQuoted), "…");
        return string.Create(cut.Length, cut, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
        });
    }

    /// <summary>
    /// The UTF-8 bytes of a JSON string without its escapes: a view of the document where there are none. False where
    /// it is not Unicode.
    /// </summary>
    public static bool TryGetUtf8(JsonElement value, out ReadOnlySpan<byte> utf8)
    {
        utf8 = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        if (!utf8.Contains((byte)'\\')) return Utf8.IsValid(utf8);
        try
        {
            utf8 = Encoding.UTF8.GetBytes(value.GetString()!);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, written as an escape: legal JSON, but not text.
            return false;
        }
    }

    /// <summary>The text of a JSON string; null for any other value, and where it is not Unicode.</summary>
    public static string? TryGetText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && TryGetUtf8(value, out var utf8) ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>A property's name; bytes and escapes that are not Unicode become U+FFFD, which is no model's input.</summary>
    public static string NameOf(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (!raw.Contains((byte)'\\')) return Encoding.UTF8.GetString(raw);
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>True where the property has this name.</summary>
    public static bool NameIs(JsonProperty property, ReadOnlySpan<byte> utf8Name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return raw.Contains((byte)'\\')
            ? Encoding.UTF8.GetBytes(NameOf(property)).AsSpan().SequenceEqual(utf8Name)
            : raw.SequenceEqual(utf8Name);
    }

    /// <summary>
    /// The first property of that name, or false; unlike the framework's own look-up it bears names that are not
    /// Unicode.
    /// </summary>
    public static bool TryGetProperty(JsonElement value, ReadOnlySpan<byte> utf8Name, out JsonElement found)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (!NameIs(property, utf8Name)) continue;
            found = property.Value;
            return true;
        }

        found = default;
        return false;
    }
}
