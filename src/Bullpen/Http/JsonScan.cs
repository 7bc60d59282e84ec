using System.Buffers;
using System.Globalization;
using System.Numerics;
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
    /// <summary>The most characters of a number, of which no type has a use for a thousand, or of a word.</summary>
    internal const int MaxWord = 4096;

    // Keys and cells are short, and stepped through; from so many bytes on without a mark it pays to search.
    private const int LongKey = 16, LongRun = 48;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[]:NI"u8);

    private static readonly bool[] IsMarkOrComma = [.. Enumerable.Range(0, 256).Select(value => "\"{}[]:NI,"u8.Contains((byte)value))];

    /// <summary>What a value takes in a document, twice over where that grows (System.Text.Json keeps 12 bytes a token).</summary>
    private const int BytesOfValue = 24;

    private static readonly SearchValues<byte> Separators = SearchValues.Create(", \t\r\n"u8);

    private long _left = length;
    private int[] _keys = [];
    private int _depth;
    private int _allKeys;
    private int _values;
    private int _word;
    private long _length;
    private bool _isInString;
    private bool _isEscaped;

    /// <summary>What a document of all that was looked through takes beside its text, and the text once more where <see cref="HasWords"/>.</summary>
    internal long DocumentBytes
    {
        get
        {
            var tokens = Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)_length), (long)_values * BytesOfValue);
            return HasWords ? tokens + 2 * _length : tokens;
        }
    }

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
        _length += text.Length;
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
                _word = 0;
                AddValues(1);
            }
            else
            {
                _word = 0;
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
        LimitWords(text[..passed]);
        return passed;
    }

    /// <summary>Looks from both ends of pieces no longer than the limit: a word over it leaves no piece without a look at its length.</summary>
    private void LimitWords(ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            var piece = run[..Math.Min(run.Length, MaxWord)];
            var first = piece.IndexOfAny(Separators);
            _word += first < 0 ? piece.Length : first;
            if (_word > MaxWord) throw JsonBody.Invalid(string.Create(CultureInfo.InvariantCulture, $"a number or word has more than {MaxWord} characters."));
            if (first >= 0) _word = piece.Length - 1 - piece.LastIndexOfAny(Separators);
            run = run[piece.Length..];
        }
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
