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
    // Keys and cells are short, and stepped through; from so many bytes on without a mark it pays to search.
    private const int LongKey = 16, LongRun = 48;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[]:NI"u8);

    private static readonly bool[] IsMarkOrComma = [.. Enumerable.Range(0, 256).Select(value => "\"{}[]:NI,"u8.Contains((byte)value))];

    private long _left = length;
    private int[] _keys = [];
    private int _depth;
    private int _allKeys;
    private int _values;
    private bool _isInString;
    private bool _isEscaped;

    /// <summary>How many values were seen.</summary>
    internal int Values => _values;

    /// <summary>Whether a word that may be NaN or Infinity stands outside the strings.</summary>
    internal bool HasWords { get; private set; }

    /// <summary>Looks through the next bytes.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: too deep or too much, with the limit.</exception>
    internal void Read(ReadOnlySpan<byte> text)
    {
        if (text.Length > _left) text = text[..(int)_left];
        _left -= text.Length;
        if (_keys.Length == 0) _keys = new int[JsonBody.MaxDepth + 1];
        var marks = IsMarkOrComma;
        var run = 0;
        for (var at = 0; at < text.Length;)
        {
            if (_isInString)
            {
                at += InString(text[at..]);
                run = 0;
            }
            else if (!marks[text[at]])
            {
                at++;
                if (++run < LongRun) continue;
                at += Run(text[at..]);
                run = 0;
            }
            else if (text[at] == ',')
            {
                at++;
                AddValues(1);
            }
            else
            {
                Take(text[at++]);
                run = 0;
            }
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
                if (++_keys[_depth] > limits.Keys) throw TooMany(limits.Keys, "keys in one object");
                AddToAllKeys();
                break;
            case (byte)'{' or (byte)'[':
                if (_depth == JsonBody.MaxDepth) throw JsonBody.Invalid(string.Create(CultureInfo.InvariantCulture, $"it is nested deeper than {JsonBody.MaxDepth}."));
                _keys[++_depth] = 0;
                AddValues(1);
                if (mark == '{') AddToAllKeys();
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

        var at = 0;
        while (at < LongKey && at < text.Length && text[at] is not ((byte)'"' or (byte)'\\')) at++;
        if (at == LongKey)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            at = next < 0 ? text.Length : at + next;
        }

        if (at == text.Length) return at;
        _isInString = _isEscaped = text[at] != '"';
        return at + 1;
    }

    /// <summary>How many bytes are up to the next mark; counts the commas in them.</summary>
    private int Run(ReadOnlySpan<byte> text)
    {
        var passed = text.IndexOfAny(Marks);
        if (passed < 0) passed = text.Length;
        AddValues(text[..passed].Count((byte)','));
        return passed;
    }

    private void AddValues(int more)
    {
        if ((_values += more) > limits.Values) throw TooMany(limits.Values, "values");
    }

    private void AddToAllKeys()
    {
        if (++_allKeys > limits.AllKeys) throw TooMany(limits.AllKeys, "keys and objects");
    }

    private static ServingException TooMany(int limit, string what)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"at most {limit} {what}");
        return new ServingException(ServingErrorKind.InvalidRequest, $"The request's body is more JSON than is read: expected {expected}. Send large data in binary, or as CSV.")
        {
            Field = "body",
            Expected = expected,
            Actual = "more",
        };
    }
}
