using System.Globalization;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>
/// Reads a table from CSV. Its first line is a header unless every cell of it is a number or empty; of a model with one
/// string column it is a header only where it is that column's name. Without a header the cells come in the order of the
/// declared columns.
/// </summary>
internal static class CsvTable
{
    /// <summary>Reads a table.</summary>
    /// <exception cref="ServingException">Not CSV, or not the model's columns.</exception>
    public static BoundInputs Read(TableSchema schema, string text)
    {
        var rows = ReadRows(schema, text);
        if (rows.Count == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "an empty body");
        var hasHeader = IsHeader(schema, rows[0]);
        var names = hasHeader
            ? rows[0].ConvertAll(cell => cell.Trim().ToString())
            : Enumerable.Range(0, schema.Width ?? rows[0].Count).Select(column => schema.IsNamed ? schema.NameOf(column) : $"{column}").ToList();
        schema = schema.Named(names);

        var order = ColumnOrder.Of(schema, names);
        var first = hasHeader ? 1 : 0;
        var buffer = new TableBuffer(schema, rows.Count - first, text.Length);
        for (var row = first; row < rows.Count; row++)
        {
            if (rows[row].Count != order.Length)
            {
                throw schema.Invalid(
                    schema.Inputs[0].Name, $"{order.Length} cells for the columns {schema.Listing}", $"{rows[row].Count} in row {row - first}");
            }

            for (var at = 0; at < order.Length; at++) buffer.Set(row - first, order[at], rows[row][at].Span);
        }

        return buffer.ToInputs(isSingle: false);
    }

    private static List<List<ReadOnlyMemory<char>>> ReadRows(TableSchema schema, string text)
    {
        var reader = new CsvReader(text);
        var rows = new List<List<ReadOnlyMemory<char>>>();
        try
        {
            var cells = new List<ReadOnlyMemory<char>>(schema.Width ?? 0);
            while (reader.TryRead(cells))
            {
                rows.Add(cells);
                cells = new List<ReadOnlyMemory<char>>(cells.Count);
            }
        }
        catch (FormatException fault)
        {
            throw schema.Invalid(schema.Inputs[0].Name, "comma-separated values", fault.Message);
        }

        return rows;
    }

    private static bool IsHeader(TableSchema schema, List<ReadOnlyMemory<char>> row)
    {
        if (schema.Width == 1 && schema.TypeOf(0) == ElementType.String)
            return row.Count == 1 && row[0].Span.Trim().SequenceEqual(schema.NameOf(0));
        return row.Exists(cell => !cell.Span.IsWhiteSpace() && !double.TryParse(cell.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }
}
