using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>The tensors of a table while its cells are written, in any order; whoever writes sees to it that each cell is.</summary>
internal sealed class TableBuffer
{
    /// <summary>Tables of fewer cells are allocated without asking whether the request is long enough to hold them.</summary>
    private const long SmallTable = 1 << 20;

    private readonly TableSchema _schema;
    private readonly TensorBuffer[] _columns;
    private readonly int _width;

    /// <summary>A table of <paramref name="rows"/> rows.</summary>
    /// <param name="schema">The columns, their number known.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="textLength">The length of the request, which has a character for every cell at least.</param>
    /// <exception cref="ServingException">No rows, or more cells than the request can hold.</exception>
    public TableBuffer(TableSchema schema, int rows, long textLength)
    {
        _schema = schema;
        _width = schema.Width ?? throw new ArgumentException("The number of columns is not known.", nameof(schema));
        Rows = rows;
        if (rows == 0) throw schema.Invalid(schema.Inputs[0].Name, "at least one row", "none");
        var cells = (long)rows * _width;
        if (cells > SmallTable && cells > textLength)
            throw schema.Invalid(schema.Inputs[0].Name, $"{rows} rows of {_width} values", "fewer values");
        _columns = schema.IsMatrix
            ? [TensorBuffer.Create(schema.Inputs[0].Type, (int)cells, schema.Reading)]
            : [.. schema.Inputs.Select(input => TensorBuffer.Create(input.Type, rows, schema.Reading))];
    }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>Sets a cell; one of a column [N,1] also from an array of the one value, as TensorFlow writes its rows.</summary>
    /// <exception cref="ServingException">The column's type cannot hold the value.</exception>
    public void Set(int row, int column, JsonElement value)
    {
        if (!_schema.IsMatrix && _schema.Inputs[column].Shape.Rank == 2) value = Unwrapped(value);
        var isSet = _schema.IsMatrix ? _columns[0].TrySet((row * _width) + column, value) : _columns[column].TrySet(row, value);
        if (!isSet) throw Unfit(row, column, JsonText.DescribeValue(value));
    }

    /// <summary>Sets a cell from the text of a CSV cell.</summary>
    /// <exception cref="ServingException">The column's type cannot hold the value.</exception>
    public void Set(int row, int column, ReadOnlySpan<char> text)
    {
        var isSet = _schema.IsMatrix ? _columns[0].TrySet((row * _width) + column, text) : _columns[column].TrySet(row, text);
        if (!isSet) throw Unfit(row, column, text.IsEmpty ? "an empty cell" : $"the text {JsonText.Quotable(text.ToString())}");
    }

    /// <summary>Sets a row from an array of as many values as there are columns, in the schema's order.</summary>
    /// <exception cref="ServingException">A column's type cannot hold its value.</exception>
    public void SetRow(int row, JsonElement values)
    {
        if (_schema.IsMatrix)
        {
            var set = _columns[0].SetRun(row * _width, values);
            if (set < _width) throw Unfit(row, set, JsonText.DescribeValue(values[set]));
            return;
        }

        var column = 0;
        foreach (var value in values.EnumerateArray()) Set(row, column++, value);
    }

    /// <summary>Sets a column from an array of as many values as there are rows.</summary>
    /// <exception cref="ServingException">The column's type cannot hold a value.</exception>
    public void SetColumn(int column, JsonElement values)
    {
        var row = _schema.IsMatrix ? 0 : _columns[column].SetRun(0, values);
        if (row == Rows) return;
        foreach (var value in values.EnumerateArray().Skip(row)) Set(row++, column, Unwrapped(value));
    }

    /// <summary>The tensors, each in the rank that its input has.</summary>
    public BoundInputs ToInputs(bool isSingle)
    {
        var tensors = new NamedTensor[_columns.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            var input = _schema.Inputs[i];
            var shape = input.Shape.Rank == 1 ? new TensorShape(Rows) : new TensorShape(Rows, _schema.IsMatrix ? _width : 1);
            tensors[i] = new NamedTensor(input.Name, _columns[i].ToTensor(shape));
        }

        return new BoundInputs(tensors, Rows, isSingle);
    }

    private static JsonElement Unwrapped(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;

    private ServingException Unfit(int row, int column, string actual) =>
        _schema.Invalid(_schema.NameOf(column), _columns[_schema.IsMatrix ? 0 : column].Expected, $"{actual} in row {row}");
}
