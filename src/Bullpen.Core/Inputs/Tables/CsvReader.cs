namespace Bullpen.Core.Inputs.Tables;

/// <summary>
/// Reads comma-separated values as RFC 4180 has them: quoted cells with doubled quotes and line breaks, lines that end
/// in CRLF or LF. Beyond it, as pandas does: a byte order mark and blank lines are passed over.
/// </summary>
internal sealed class CsvReader(string text)
{
    private int _at = text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>The number of the row read last, from 1, for messages.</summary>
    public int Row { get; private set; }

    /// <summary>Reads the next row into <paramref name="cells"/>, which it clears first; false at the end.</summary>
    /// <exception cref="FormatException">A quote is not closed, or text follows one.</exception>
    public bool TryRead(List<ReadOnlyMemory<char>> cells)
    {
        cells.Clear();
        while (_at < text.Length && text[_at] is '\r' or '\n') _at++;
        if (_at >= text.Length) return false;
        Row++;
        while (true)
        {
            cells.Add(_at < text.Length && text[_at] == '"' ? ReadQuoted() : ReadPlain());
            if (_at >= text.Length) return true;
            if (text[_at++] == ',') continue;
            if (_at < text.Length && text[_at - 1] == '\r' && text[_at] == '\n') _at++;
            return true;
        }
    }

    private ReadOnlyMemory<char> ReadPlain()
    {
        var length = text.AsSpan(_at).IndexOfAny(',', '\r', '\n');
        if (length < 0) length = text.Length - _at;
        var cell = text.AsMemory(_at, length);
        _at += length;
        return cell;
    }

    private ReadOnlyMemory<char> ReadQuoted()
    {
        var start = ++_at;
        var hasDoubled = false;
        while (true)
        {
            var length = text.AsSpan(_at).IndexOf('"');
            if (length < 0) throw new FormatException($"a quote in row {Row} that is not closed");
            _at += length + 1;
            if (_at >= text.Length || text[_at] != '"') break;
            hasDoubled = true;
            _at++;
        }

        var cell = text.AsMemory(start, _at - 1 - start);
        if (_at < text.Length && text[_at] is not (',' or '\r' or '\n')) throw new FormatException($"text after a closing quote in row {Row}");
        return hasDoubled ? cell.ToString().Replace("\"\"", "\"").AsMemory() : cell;
    }
}
