using System.Text.Json;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>Rows that are arrays of values: pandas' orientations values and split.</summary>
internal static class ValueTable
{
    /// <summary>[[value, …], …] in the order of <paramref name="columns"/> or, where that is null, of the schema.</summary>
    public static TableBuffer FromRows(TableSchema schema, JsonElement rows, int textLength, IReadOnlyList<string>? columns = null)
    {
        if (rows.GetArrayLength() == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "none");
        if (columns is not null) schema = schema.Named(columns);
        else if (schema.Width is null) schema = Widened(schema, rows[0]);

        var order = columns is null ? null : ColumnOrder.Of(schema, columns);
        var buffer = new TableBuffer(schema, rows.GetArrayLength(), textLength);
        var row = 0;
        foreach (var values in rows.EnumerateArray())
        {
            RequireWidth(schema, values, row);
            if (order is null) buffer.SetRow(row, values);
            else SetRow(buffer, row, values, order);
            row++;
        }

        return buffer;
    }

    /// <summary>[value, …]: one row.</summary>
    public static TableBuffer FromRow(TableSchema schema, JsonElement values, int textLength)
    {
        if (schema.Width is null) schema = Widened(schema, values);
        var buffer = new TableBuffer(schema, 1, textLength);
        RequireWidth(schema, values, 0);
        buffer.SetRow(0, values);
        return buffer;
    }

    private static void SetRow(TableBuffer buffer, int row, JsonElement values, int[] order)
    {
        var at = 0;
        foreach (var value in values.EnumerateArray()) buffer.Set(row, order[at++], value);
    }

    private static void RequireWidth(TableSchema schema, JsonElement values, int row)
    {
        if (values.ValueKind == JsonValueKind.Array && values.GetArrayLength() == schema.Width) return;
        var actual = values.ValueKind == JsonValueKind.Array ? $"{values.GetArrayLength()} values" : JsonText.Describe(values);
        throw schema.Invalid(schema.Inputs[0].Name, $"an array of {schema.Width} values for the columns {schema.Listing}", $"{actual} in row {row}");
    }

    // Columns that nobody named are named by their place.
    private static TableSchema Widened(TableSchema schema, JsonElement firstRow) =>
        schema.Named([.. Enumerable.Range(0, firstRow.ValueKind == JsonValueKind.Array ? firstRow.GetArrayLength() : 1).Select(at => $"{at}")]);
}
