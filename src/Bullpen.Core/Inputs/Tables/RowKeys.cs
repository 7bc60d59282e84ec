using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>The row keys of a table's first column, by which the other columns are aligned.</summary>
internal sealed class RowKeys
{
    private readonly TableSchema _schema;
    private readonly JsonProperty _first;
    private Dictionary<string, int>? _rows;

    /// <summary>The keys of <paramref name="first"/>, an object.</summary>
    /// <exception cref="ServingException">A key comes twice.</exception>
    public RowKeys(TableSchema schema, JsonProperty first)
    {
        _schema = schema;
        _first = first;

        // Keys that grow, as pandas' default 0, 1, 2 do, cannot repeat: no look-up has to be built to know it.
        if (!IsGrowing(first.Value)) _rows = BuildRows();
    }

    /// <summary>Writes a column's cells into the rows of their keys.</summary>
    /// <exception cref="ServingException">The column's keys are not those of the first column.</exception>
    public void Align(TableBuffer buffer, int column, JsonElement cells)
    {
        var count = cells.GetPropertyCount();
        var row = 0;
        using var expected = _first.Value.EnumerateObject();
        foreach (var cell in cells.EnumerateObject())
        {
            if (!expected.MoveNext() || !SameKey(expected.Current, cell))
            {
                AlignByLookUp(buffer, column, cells);
                return;
            }

            buffer.Set(row++, column, cell.Value);
        }

        if (count < buffer.Rows) throw Missing(column, JsonText.NameOf(_first.Value.EnumerateObject().ElementAt(count)));
    }

    private void AlignByLookUp(TableBuffer buffer, int column, JsonElement cells)
    {
        _rows ??= BuildRows();
        var isGiven = new bool[buffer.Rows];
        foreach (var cell in cells.EnumerateObject())
        {
            var key = JsonText.NameOf(cell);
            if (!_rows.TryGetValue(key, out var row))
            {
                throw _schema.Invalid(
                    _schema.NameOf(column), $"the rows of column {JsonText.NameOf(_first)}", $"the extra row {JsonText.Quotable(key)}");
            }

            if (isGiven[row]) throw Twice(_schema.NameOf(column), key);
            isGiven[row] = true;
            buffer.Set(row, column, cell.Value);
        }

        if (Array.IndexOf(isGiven, false) is >= 0 and var missing)
            throw Missing(column, _rows.First(row => row.Value == missing).Key);
    }

    private Dictionary<string, int> BuildRows()
    {
        var rows = new Dictionary<string, int>(_first.Value.GetPropertyCount());
        foreach (var cell in _first.Value.EnumerateObject())
            if (!rows.TryAdd(JsonText.NameOf(cell), rows.Count)) throw Twice(JsonText.NameOf(_first), JsonText.NameOf(cell));
        return rows;
    }

    private ServingException Missing(int column, string key) => _schema.Invalid(
        _schema.NameOf(column), $"the rows of column {JsonText.NameOf(_first)}", $"no row {JsonText.Quotable(key)}");

    private ServingException Twice(string column, string key) =>
        _schema.Invalid(column, "each row once", $"the row {JsonText.Quotable(key)} twice");

    private static bool SameKey(JsonProperty one, JsonProperty other) =>
        JsonMarshal.GetRawUtf8PropertyName(one).SequenceEqual(JsonMarshal.GetRawUtf8PropertyName(other));

    private static bool IsGrowing(JsonElement cells)
    {
        var last = long.MinValue;
        foreach (var cell in cells.EnumerateObject())
        {
            var key = JsonMarshal.GetRawUtf8PropertyName(cell);
            if (!Utf8Parser.TryParse(key, out long number, out var used) || used != key.Length || number <= last) return false;
            last = number;
        }

        return true;
    }
}
