using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Rows of a classifier: <c>{"label": …, "score": …, "scores": {label: score, …}}</c>. The label is the model's own or,
/// where it puts none out, that of the best score; the score is the label's. Scores without names are keyed by
/// their index beside whole-number labels, and are an array beside strings.
/// </summary>
/// <param name="labels">string or int64 [N] or [N,1]; null where the best score is the label.</param>
/// <param name="scores">Floats [N,C].</param>
/// <param name="columns">The scores' names as they came with the result, or null.</param>
/// <param name="declared">The names declared for the C classes, or null.</param>
/// <param name="topK">How many scores to show, best first; null: all, in the model's order.</param>
/// <param name="floats">How floats are written.</param>
internal sealed class ClassifierRows(
    Tensor? labels, Tensor scores, ClassLabels? columns, ClassLabels? declared, int? topK, FloatStyle floats) : IRowWriter
{
    private readonly int _classes = (int)scores.Shape[1];
    private readonly ClassLabels? _names = declared ?? columns;
    private readonly TensorJson _scores = new(scores, floats);

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter writer, int row)
    {
        var start = row * _classes;
        var best = IndexOfBest(start);
        writer.WriteStartObject();
        writer.WritePropertyName("label"u8);
        var label = WriteLabel(writer, row, best);
        writer.WritePropertyName("score"u8);
        _scores.WriteRun(writer, start + label, 1);
        writer.WritePropertyName("scores"u8);
        WriteScores(writer, start);
        writer.WriteEndObject();
    }

    /// <summary>Writes [[label, score], …], as many as are shown, every label as a string.</summary>
    public void WritePairs(Utf8JsonWriter writer, int row)
    {
        var start = row * _classes;
        writer.WriteStartArray();
        foreach (var index in Shown(start))
        {
            writer.WriteStartArray();
            if (_names is not null) writer.WriteStringValue(_names[index]);
            else writer.WriteStringValue(index.ToString(CultureInfo.InvariantCulture));
            _scores.WriteRun(writer, start + index, 1);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the label; the index of its score, of the best score where the label is not among the names.</summary>
    private int WriteLabel(Utf8JsonWriter writer, int row, int best)
    {
        if (labels is null)
        {
            writer.WriteStringValue(_names![best]);
            return best;
        }

        if (labels.Type == ElementType.String)
        {
            var label = labels.Strings[row].Span;
            writer.WriteStringValue(label);
            return (columns ?? _names)?.IndexOf(label, best) is >= 0 and var named ? named : best;
        }

        var number = labels.Values<long>()[row];
        var index = columns is null ? number : columns.IndexOf(number);
        var fits = index >= 0 && index < _classes;
        if (fits && declared is not null) writer.WriteStringValue(declared[(int)index]);
        else writer.WriteNumberValue(number);
        return fits ? (int)index : best;
    }

    private void WriteScores(Utf8JsonWriter writer, int start)
    {
        var isArray = _names is null && labels?.Type == ElementType.String;
        if (isArray) writer.WriteStartArray();
        else writer.WriteStartObject();
        foreach (var index in Shown(start)) WriteScore(writer, start, index, isArray);
        if (isArray) writer.WriteEndArray();
        else writer.WriteEndObject();
    }

    /// <summary>The classes to show: all in the model's order, or the best first.</summary>
    private IEnumerable<int> Shown(int start)
    {
        if (topK is not { } shown) return Enumerable.Range(0, _classes);
        var order = new int[_classes];
        for (var at = 0; at < order.Length; at++) order[at] = at;

        // Equal scores stay in the model's order.
        Array.Sort(order, (one, other) => ScoreAt(start + other).CompareTo(ScoreAt(start + one)) is not 0 and var by ? by : one - other);
        return order.Take(shown);
    }

    private void WriteScore(Utf8JsonWriter writer, int start, int index, bool isArray)
    {
        if (!isArray)
        {
            if (_names is not null) writer.WritePropertyName(_names[index]);
            else writer.WritePropertyName(index.ToString(CultureInfo.InvariantCulture));
        }

        _scores.WriteRun(writer, start + index, 1);
    }

    // NaN compares below every number, so it is best only where there is nothing else.
    private int IndexOfBest(int start)
    {
        var best = 0;
        for (var at = 1; at < _classes; at++)
            if (ScoreAt(start + at).CompareTo(ScoreAt(start + best)) > 0) best = at;
        return best;
    }

    private double ScoreAt(int index) => scores.Type switch
    {
        ElementType.Float32 => scores.Values<float>()[index],
        ElementType.Float64 => scores.Values<double>()[index],
        ElementType.Float16 => (double)scores.Values<Half>()[index],
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)scores.Values<ushort>()[index] << 16),
        _ => throw ElementTypes.Unknown(scores.Type),
    };
}
