using System.Text.Json;

namespace Bullpen.Core.Outputs;

/// <summary>
/// A model's answer as predictions, ready to be written; made by <see cref="PredictionReader"/>, which says what a
/// prediction looks like.
/// </summary>
public sealed class Predictions
{
    private readonly IRowWriter _rows;

    internal Predictions(IRowWriter rows, int count, bool isByRow, bool isSingle)
    {
        _rows = rows;
        Count = count;
        IsByRow = isByRow;
        IsSingle = isSingle;
    }

    /// <summary>How many predictions there are; 1 where the outputs are not cut into rows.</summary>
    public int Count { get; }

    /// <summary>True where each prediction is a row of the outputs; false where the one prediction is all of them.</summary>
    public bool IsByRow { get; }

    /// <summary>True where the request was one example.</summary>
    public bool IsSingle { get; }

    /// <summary>Writes one prediction as a JSON value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such prediction.</exception>
    public void Write(Utf8JsonWriter writer, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        _rows.Write(writer, index);
    }

    /// <summary>Writes all predictions as a JSON array: the value of a <c>predictions</c> key.</summary>
    public void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        for (var at = 0; at < Count; at++) _rows.Write(writer, at);
        writer.WriteEndArray();
    }

    /// <summary>
    /// Writes what answers the request in kind, the value of a <c>prediction</c> key: one value for one example or
    /// for outputs without rows, otherwise an array.
    /// </summary>
    public void WriteInKind(Utf8JsonWriter writer)
    {
        if (!IsByRow || (IsSingle && Count == 1)) _rows.Write(writer, 0);
        else WriteList(writer);
    }
}
