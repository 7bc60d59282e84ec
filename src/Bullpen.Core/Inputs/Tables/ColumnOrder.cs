namespace Bullpen.Core.Inputs.Tables;

/// <summary>Compares the columns that a request lists with those of the model.</summary>
internal static class ColumnOrder
{
    /// <summary>For each name given, in order, the model's column of that name.</summary>
    /// <exception cref="ServingException">A column is unknown, missing, or listed twice.</exception>
    public static int[] Of(TableSchema schema, IReadOnlyList<string> names)
    {
        var order = new int[names.Count];
        var isGiven = new bool[schema.Width!.Value];
        for (var at = 0; at < order.Length; at++)
        {
            var column = schema.Require(names[at]);
            if (isGiven[column]) throw schema.Invalid(schema.NameOf(column), "each column once", "the column twice");
            isGiven[column] = true;
            order[at] = column;
        }

        if (order.Length < isGiven.Length) throw schema.Missing(Array.IndexOf(isGiven, false), "");
        return order;
    }
}
