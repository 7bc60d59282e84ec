using System.Text.Json;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>
/// Rows that are objects from column to value: pandas' orientations records and index, the data of table, a single
/// record.
/// </summary>
internal sealed class RecordTable
{
    private readonly TableSchema _schema;
    private readonly TableBuffer _buffer;
    private readonly int[] _rowOfLastValue;
    private readonly Func<string, bool> _isIndex;
    private int _row;

    private RecordTable(TableSchema schema, int rows, int textLength, JsonElement first, Func<string, bool> isIndex)
    {
        if (first.ValueKind != JsonValueKind.Object) throw NotARecord(schema, first, 0);
        if (!schema.IsNamed)
            schema = schema.Named([.. first.EnumerateObject().Select(JsonText.NameOf).Where(name => !isIndex(name))]);
        _schema = schema;
        _isIndex = isIndex;
        _buffer = new TableBuffer(schema, rows, textLength);
        _rowOfLastValue = new int[schema.Width!.Value];
        Array.Fill(_rowOfLastValue, -1);
    }

    /// <summary>[{column: value}, …]</summary>
    public static TableBuffer FromArray(TableSchema schema, JsonElement records, int textLength, Func<string, bool>? isIndex = null)
    {
        if (records.GetArrayLength() == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "none");
        var table = new RecordTable(schema, records.GetArrayLength(), textLength, records[0], isIndex ?? (_ => false));
        foreach (var record in records.EnumerateArray()) table.Add(record);
        return table._buffer;
    }

    /// <summary>{row: {column: value}, …}</summary>
    public static TableBuffer FromObject(TableSchema schema, JsonElement rows, int textLength)
    {
        var table = new RecordTable(schema, rows.GetPropertyCount(), textLength, rows.EnumerateObject().First().Value, _ => false);
        foreach (var row in rows.EnumerateObject()) table.Add(row.Value);
        return table._buffer;
    }

    /// <summary>{column: value}: one row.</summary>
    public static TableBuffer FromRecord(TableSchema schema, JsonElement record, int textLength)
    {
        var table = new RecordTable(schema, 1, textLength, record, _ => false);
        table.Add(record);
        return table._buffer;
    }

    private void Add(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) throw NotARecord(_schema, record, _row);
        var given = 0;
        foreach (var property in record.EnumerateObject())
        {
            var column = _schema.Find(property, given);
            if (column < 0)
            {
                var name = JsonText.NameOf(property);
                if (_isIndex(name)) continue;
                throw _schema.Unknown(name);
            }

            if (_rowOfLastValue[column] == _row) throw _schema.Invalid(_schema.NameOf(column), "one value", $"two in row {_row}");
            _rowOfLastValue[column] = _row;
            _buffer.Set(_row, column, property.Value);
            given++;
        }

        if (given < _rowOfLastValue.Length) throw _schema.Missing(Array.FindIndex(_rowOfLastValue, row => row != _row), $" in row {_row}");
        _row++;
    }

    private static ServingException NotARecord(TableSchema schema, JsonElement record, int row) =>
        schema.Invalid(schema.Inputs[0].Name, $"an object with the columns {schema.Listing}", $"{JsonText.Describe(record)} in row {row}");
}
