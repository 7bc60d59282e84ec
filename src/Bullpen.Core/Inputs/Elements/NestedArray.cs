using System.Runtime.InteropServices;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>
/// Reads a scalar or nested arrays of scalars. The shape is taken from the first element at each depth; every other
/// must agree, so an array that is ragged is refused, with the index path to the place.
/// </summary>
internal sealed class NestedArray
{
    private readonly string _model;
    private readonly string _field;
    private readonly long[] _dimensions;
    private readonly int[] _path;
    private int _next;

    private NestedArray(string model, string field, ElementType type, long[] dimensions, long longestText, ElementReading reading)
    {
        _model = model;
        _field = field;
        _dimensions = dimensions;
        _path = new int[dimensions.Length];
        Buffer = TensorBuffer.Create(type, ElementCount(longestText), reading);
    }

    /// <summary>The values, row-major.</summary>
    public TensorBuffer Buffer { get; }

    /// <summary>The shape as it was written.</summary>
    public TensorShape Shape => new(_dimensions);

    /// <summary>Reads a value.</summary>
    /// <exception cref="ServingException">Ragged, of another element type, or too deep.</exception>
    public static NestedArray Read(string model, string field, ElementType type, JsonElement value, ElementReading reading)
    {
        var dimensions = DimensionsOf(model, field, value, []);
        var array = new NestedArray(model, field, type, dimensions, JsonMarshal.GetRawUtf8Value(value).Length, reading);
        array.Fill(value, 0);
        return array;
    }

    /// <summary>Reads values of equal shape that lie side by side along a new axis 0.</summary>
    /// <exception cref="ServingException">Ragged, of another element type, or too deep.</exception>
    public static NestedArray Stack(string model, string field, ElementType type, IReadOnlyList<JsonElement> rows, ElementReading reading)
    {
        var dimensions = rows.Count == 0 ? [0] : DimensionsOf(model, field, rows[0], [rows.Count]);
        var array = new NestedArray(model, field, type, dimensions, rows.Sum(row => (long)JsonMarshal.GetRawUtf8Value(row).Length), reading);
        for (var row = 0; row < rows.Count; row++)
        {
            array._path[0] = row;
            array.Fill(rows[row], 1);
        }

        return array;
    }

    private static long[] DimensionsOf(string model, string field, JsonElement value, List<long> dimensions)
    {
        while (value.ValueKind == JsonValueKind.Array)
        {
            if (dimensions.Count == TensorLimits.MaxRank)
                throw ServingException.InvalidInput(model, field, $"at most {TensorLimits.MaxRank} dimensions", "more");
            var length = value.GetArrayLength();
            dimensions.Add(length);
            if (length == 0) break;
            value = value[0];
        }

        return [.. dimensions];
    }

    // Every scalar takes a character at least: arrays that promise more elements than that are ragged, and
    // nothing is allocated for them.
    private int ElementCount(long longestText)
    {
        var count = 1L;
        foreach (var dimension in _dimensions)
        {
            count *= dimension;
            if (count <= longestText) continue;
            throw ServingException.InvalidInput(_model, _field, "arrays of equal length", "arrays of different lengths");
        }

        return (int)count;
    }

    private void Fill(JsonElement value, int depth)
    {
        if (depth == _dimensions.Length)
        {
            if (!Buffer.TrySet(_next, value)) throw Unfit(value, depth);
            _next++;
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != _dimensions[depth]) throw Ragged(value, depth);
        if (depth == _dimensions.Length - 1)
        {
            FillRun(value, depth);
            return;
        }

        _path[depth] = 0;
        foreach (var element in value.EnumerateArray())
        {
            Fill(element, depth + 1);
            _path[depth]++;
        }
    }

    private void FillRun(JsonElement array, int depth)
    {
        var set = Buffer.SetRun(_next, array);
        _next += set;
        if (set == _dimensions[depth]) return;
        _path[depth] = set;
        throw Unfit(array[set], depth + 1);
    }

    private ServingException Ragged(JsonElement value, int depth)
    {
        var actual = value.ValueKind == JsonValueKind.Array ? $"an array of {value.GetArrayLength()}" : JsonText.Describe(value);
        return ServingException.InvalidInput(_model, _field, $"an array of {_dimensions[depth]}, as the first is", actual + At(depth));
    }

    private ServingException Unfit(JsonElement value, int depth) =>
        ServingException.InvalidInput(_model, _field, Buffer.Expected, JsonText.DescribeValue(value) + At(depth));

    private string At(int depth) => depth == 0 ? "" : " at " + string.Concat(_path.Take(depth).Select(index => $"[{index}]"));
}
