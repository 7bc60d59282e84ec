using System.Text.Json;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>Columns that hold their values: pandas' orientations columns (values by row key) and list (values in an array).</summary>
internal static class ColumnTable
{
    /// <summary>{column: [value, …], …}</summary>
    public static TableBuffer FromLists(TableSchema schema, JsonElement table, int textLength)
    {
        schema = Named(schema, table);
        var first = table.EnumerateObject().First();
        var buffer = new TableBuffer(schema, first.Value.GetArrayLength(), textLength);
        foreach (var (column, name, values) in Columns(schema, table))
        {
            if (values.ValueKind != JsonValueKind.Array)
                throw schema.Invalid(name, "an array, as the first column has", JsonText.Describe(values));
            if (values.GetArrayLength() != buffer.Rows)
                throw schema.Invalid(name, $"{buffer.Rows} values, as column {JsonText.NameOf(first)} has", $"{values.GetArrayLength()}");
            buffer.SetColumn(column, values);
        }

        return buffer;
    }

    /// <summary>{column: {row key: value, …}, …}; the rows come in the first column's order, whatever the order of the others.</summary>
    public static TableBuffer FromCells(TableSchema schema, JsonElement table, int textLength)
    {
        schema = Named(schema, table);
        var first = table.EnumerateObject().First();
        var keys = new RowKeys(schema, first);
        var buffer = new TableBuffer(schema, first.Value.GetPropertyCount(), textLength);
        foreach (var (column, name, cells) in Columns(schema, table))
        {
            if (cells.ValueKind != JsonValueKind.Object)
                throw schema.Invalid(name, "an object of values by row, as the first column has", JsonText.Describe(cells));
            keys.Align(buffer, column, cells);
        }

        return buffer;
    }

    private static IEnumerable<(int Column, string Name, JsonElement Values)> Columns(TableSchema schema, JsonElement table)
    {
        var isGiven = new bool[schema.Width!.Value];
        var given = 0;
        foreach (var property in table.EnumerateObject())
        {
            var column = schema.Find(property, given);
            if (column < 0) throw schema.Unknown(JsonText.NameOf(property));
            if (isGiven[column]) throw schema.Invalid(schema.NameOf(column), "each column once", "the column twice");
            isGiven[column] = true;
            given++;
            yield return (column, schema.NameOf(column), property.Value);
        }

        if (given < isGiven.Length) throw schema.Missing(Array.IndexOf(isGiven, false), "");
    }

    private static TableSchema Named(TableSchema schema, JsonElement table) =>
        schema.IsNamed ? schema : schema.Named([.. table.EnumerateObject().Select(JsonText.NameOf)]);
}
