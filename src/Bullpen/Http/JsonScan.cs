using System.Buffers;
using System.Globalization;
using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>
/// Looks through JSON while it arrives, and refuses what is too deep or too much before all of it is there and before a document is
/// made of it. It sees strings and brackets, and counts; whether the rest is JSON is the parser's to say.
/// </summary>
/// <param name="limits">How much it may hold.</param>
/// <param name="length">How many bytes are JSON, where others follow.</param>
internal sealed class JsonScan(JsonLimits limits, long length = long.MaxValue)
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]:NI"u8);

    private readonly int[] _keys = new int[JsonBody.MaxDepth + 1];
    private long _left = length;
    private int _depth;
    private int _allKeys;
    private int _values;
    private bool _isInString;
    private bool _isEscaped;

    /// <summary>Whether a word that may be NaN or Infinity stands outside the strings.</summary>
    internal bool HasWords { get; private set; }

    /// <summary>Looks through the next bytes.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: too deep or too much, with the limit.</exception>
    internal void Read(ReadOnlySpan<byte> text)
    {
        if (text.Length > _left) text = text[..(int)_left];
        _left -= text.Length;
        while (!text.IsEmpty)
        {
            if (_isInString)
            {
                text = text[InString(text)..];
                continue;
            }

            var at = text.IndexOfAny(Structure);
            Count(ref _values, text[..(at < 0 ? text.Length : at)].Count((byte)','), limits.Values, "values");
            if (at < 0) return;
            Take(text[at]);
            text = text[(at + 1)..];
        }
    }

    /// <summary>Refuses what ends in the middle.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal void End()
    {
        if (_isInString) throw JsonBody.Invalid("it ends inside a string.");
        if (_depth > 0) throw JsonBody.Invalid("it ends inside an object or an array.");
    }

    private void Take(byte mark)
    {
        switch (mark)
        {
            case (byte)'"':
                _isInString = true;
                break;
            case (byte)':':
                Count(ref _keys[_depth], 1, limits.Keys, "keys in one object");
                Count(ref _allKeys, 1, limits.AllKeys, "keys and objects");
                break;
            case (byte)'{' or (byte)'[':
                if (_depth == JsonBody.MaxDepth) throw JsonBody.Invalid(string.Create(CultureInfo.InvariantCulture, $"it is nested deeper than {JsonBody.MaxDepth}."));
                _keys[++_depth] = 0;
                Count(ref _values, 1, limits.Values, "values");
                if (mark == '{') Count(ref _allKeys, 1, limits.AllKeys, "keys and objects");
                break;
            case (byte)'}' or (byte)']':
                if (--_depth < 0) throw JsonBody.Invalid("it closes a bracket that it never opened.");
                break;
            default:
                HasWords = true;
                break;
        }
    }

    /// <summary>How many bytes still belong to the string, with its closing quote.</summary>
    private int InString(ReadOnlySpan<byte> text)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return 1;
        }

        var at = text.IndexOfAny((byte)'"', (byte)'\\');
        if (at < 0) return text.Length;
        _isInString = text[at] != '"';
        _isEscaped = _isInString;
        return at + 1;
    }

    private static void Count(ref int count, int more, int limit, string what)
    {
        count += more;
        if (count <= limit) return;
        var expected = string.Create(CultureInfo.InvariantCulture, $"at most {limit} {what}");
        throw new ServingException(ServingErrorKind.InvalidRequest, $"The request's body is more JSON than is read: expected {expected}. Send large data in binary, or as CSV.")
        {
            Field = "body",
            Expected = expected,
            Actual = "more",
        };
    }
}
