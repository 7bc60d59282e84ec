using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>
/// Tells in which orientation a JSON table is written. The first line that fits decides (names are those of pandas'
/// <c>DataFrame.to_json(orient)</c>):
/// <list type="table">
/// <item><term>a scalar, of one-column models</term><description>one row</description></item>
/// <item><term>[{column: value}, …]</term><description>records</description></item>
/// <item><term>[[value, …], …]</term><description>values, in the order of the declared columns</description></item>
/// <item><term>[value, …]</term><description>one row; of one-column models a row each</description></item>
/// <item><term>{columns: […], data: [[…], …]}</term><description>split (tight has the same keys)</description></item>
/// <item><term>{schema: {…}, data: [{…}, …]}</term><description>table; the schema's primaryKey is not a column</description></item>
/// <item><term>{input name: table}, of models with one matrix</term><description>the table inside</description></item>
/// <item><term>{x: {y: value}}</term><description>columns where any x is a column's name, otherwise index</description></item>
/// <item><term>{column: [value, …], …}</term><description>list</description></item>
/// <item><term>{column: value, …}</term><description>one row</description></item>
/// </list>
/// Keys that are columns of the model are never taken for the keys of an orientation.
/// </summary>
internal static class TableJson
{
    /// <summary>Reads a table.</summary>
    /// <exception cref="ServingException">The value is no table, or not one of the model's columns.</exception>
    public static BoundInputs Read(TableSchema schema, JsonElement value) =>
        Read(schema, value, JsonMarshal.GetRawUtf8Value(value).Length);

    private static BoundInputs Read(TableSchema schema, JsonElement value, int length) => value.ValueKind switch
    {
        JsonValueKind.Array => ReadArray(schema, value, length),
        JsonValueKind.Object => ReadObject(schema, value, length),
        _ => ReadScalar(schema, value, length),
    };

    private static BoundInputs ReadArray(TableSchema schema, JsonElement array, int length)
    {
        if (array.GetArrayLength() == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "an empty array");
        switch (array[0].ValueKind)
        {
            case JsonValueKind.Object:
                return RecordTable.FromArray(schema, array, length).ToInputs(isSingle: false);
            case JsonValueKind.Array:
                return ValueTable.FromRows(schema, array, length).ToInputs(isSingle: false);
            default:
                if (schema.Width != 1) return ValueTable.FromRow(schema, array, length).ToInputs(isSingle: true);
                var column = new TableBuffer(schema, array.GetArrayLength(), length);
                column.SetColumn(0, array);
                return column.ToInputs(isSingle: false);
        }
    }

    private static BoundInputs ReadObject(TableSchema schema, JsonElement table, int length)
    {
        if (table.GetPropertyCount() == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "an empty object");
        if (TryGet(schema, table, "data"u8, JsonValueKind.Array, out var data))
        {
            if (TryGet(schema, table, "columns"u8, JsonValueKind.Array, out var columns))
                return ValueTable.FromRows(schema, data, length, NamesOf(schema, columns)).ToInputs(isSingle: false);
            if (TryGet(schema, table, "schema"u8, JsonValueKind.Object, out var fields))
                return RecordTable.FromArray(schema, data, length, IsPrimaryKey(fields)).ToInputs(isSingle: false);
        }

        var first = table.EnumerateObject().First();
        if (schema.IsMatrix && table.GetPropertyCount() == 1 && JsonText.NameOf(first) == schema.Inputs[0].Name
            && schema.Find(schema.Inputs[0].Name) < 0 && first.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            return Read(schema, first.Value, length);

        return first.Value.ValueKind switch
        {
            JsonValueKind.Array => ColumnTable.FromLists(schema, table, length).ToInputs(isSingle: false),
            JsonValueKind.Object when IsByColumn(schema, table) => ColumnTable.FromCells(schema, table, length).ToInputs(isSingle: false),
            JsonValueKind.Object => RecordTable.FromObject(schema, table, length).ToInputs(isSingle: false),
            _ => RecordTable.FromRecord(schema, table, length).ToInputs(isSingle: true),
        };
    }

    private static BoundInputs ReadScalar(TableSchema schema, JsonElement value, int length)
    {
        if (schema.Width != 1 || value.ValueKind == JsonValueKind.Null)
            throw schema.Invalid(schema.Inputs[0].Name, $"a table with the columns {schema.Listing}", JsonText.Describe(value));
        var one = new TableBuffer(schema, 1, length);
        one.Set(0, 0, value);
        return one.ToInputs(isSingle: true);
    }

    // Without names to compare, the width tells: that many keys outside are columns, that many inside are rows' columns.
    private static bool IsByColumn(TableSchema schema, JsonElement table)
    {
        if (schema.IsNamed) return table.EnumerateObject().Any(property => schema.Find(JsonText.NameOf(property)) >= 0);
        if (schema.Width is null || table.GetPropertyCount() == schema.Width) return true;
        return table.EnumerateObject().First().Value.GetPropertyCount() != schema.Width;
    }

    private static bool TryGet(TableSchema schema, JsonElement table, ReadOnlySpan<byte> key, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return schema.Find(Encoding.UTF8.GetString(key)) < 0
            && JsonText.TryGetProperty(table, key, out value)
            && value.ValueKind == kind;
    }

    private static List<string> NamesOf(TableSchema schema, JsonElement columns)
    {
        var names = new List<string>(columns.GetArrayLength());
        foreach (var column in columns.EnumerateArray())
        {
            // pandas names unnamed columns by number.
            if (column.ValueKind == JsonValueKind.Number) names.Add(column.GetRawText());
            else if (JsonText.TryGetText(column) is { } name) names.Add(name);
            else throw schema.Invalid("columns", "an array of names", JsonText.Describe(column));
        }

        return names;
    }

    private static Func<string, bool> IsPrimaryKey(JsonElement fields)
    {
        if (!JsonText.TryGetProperty(fields, "primaryKey"u8, out var keys) || keys.ValueKind != JsonValueKind.Array) return _ => false;
        var names = new HashSet<string>();
        foreach (var key in keys.EnumerateArray())
            if (JsonText.TryGetText(key) is { } name) names.Add(name);
        return names.Contains;
    }
}
