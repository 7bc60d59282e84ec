using System.Buffers;

namespace Bullpen.Http;

/// <summary>
/// The bare words NaN, Infinity and -Infinity, which are not JSON and which Python's json module writes: put in quotes, as which
/// float inputs take them.
/// </summary>
internal static class NonFiniteLiterals
{
    /// <summary>The body with the words quoted; null where none stands outside a string.</summary>
    internal static ReadOnlyMemory<byte>? Quote(ReadOnlySpan<byte> body)
    {
        ArrayBufferWriter<byte>? quoted = null;
        var copied = 0;
        for (var at = 0; at < body.Length;)
        {
            if (body[at] == '"')
            {
                at = EndOfString(body, at);
                continue;
            }

            var length = WordAt(body[at..]);
            if (length == 0)
            {
                var next = body[(at + 1)..].IndexOfAny("\"NI-"u8);
                at = next < 0 ? body.Length : at + 1 + next;
                continue;
            }

            quoted ??= new ArrayBufferWriter<byte>(body.Length + 64);
            quoted.Write(body[copied..at]);
            quoted.Write("\""u8);
            quoted.Write(body.Slice(at, length));
            quoted.Write("\""u8);
            copied = at += length;
        }

        quoted?.Write(body[copied..]);
        return quoted?.WrittenMemory;
    }

    private static int WordAt(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("NaN"u8)) return 3;
        if (text.StartsWith("Infinity"u8)) return 8;
        return text.StartsWith("-Infinity"u8) ? 9 : 0;
    }

    /// <summary>Behind the closing quote, or at the end of what is no JSON anyhow.</summary>
    private static int EndOfString(ReadOnlySpan<byte> body, int start)
    {
        for (var at = start + 1; at < body.Length; at += 2)
        {
            var next = body[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) break;
            at += next;
            if (body[at] == '"') return at + 1;
        }

        return body.Length;
    }
}
