using System.Buffers;

namespace Bullpen.Http;

/// <summary>The words that Python's json module writes where JSON has no number: NaN, Infinity, -Infinity.</summary>
internal static class BareLiterals
{
    private const byte Quote = (byte)'"';
    private static readonly SearchValues<byte> Beginnings = SearchValues.Create("\"NI"u8);

    /// <summary>The text with each such word in quotes, one walk through it; null where there is none.</summary>
    internal static ReadOnlyMemory<byte>? Quoted(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte>? quoted = null;
        var (at, copied) = (0, 0);
        while (text[at..].IndexOfAny(Beginnings) is var next and >= 0)
        {
            at += next;
            if (text[at] == Quote)
            {
                at = AfterString(text, at + 1);
                continue;
            }

            var length = text[at..].StartsWith("NaN"u8) ? 3 : text[at..].StartsWith("Infinity"u8) ? 8 : 0;
            if (length > 0)
            {
                quoted ??= new ArrayBufferWriter<byte>(text.Length + 64);
                var from = at > 0 && text[at - 1] == '-' ? at - 1 : at;
                quoted.Write(text[copied..from]);
                quoted.Write([Quote]);
                quoted.Write(text[from..(at + length)]);
                quoted.Write([Quote]);
                copied = at + length;
            }

            at += Math.Max(1, length);
        }

        quoted?.Write(text[copied..]);
        return quoted?.WrittenMemory;
    }

    private static int AfterString(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at..].IndexOfAny(Quote, (byte)'\\') is var next and >= 0)
        {
            at += next;
            if (text[at] == Quote) return at + 1;
            at += 2;
        }

        return text.Length;
    }
}
