using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>
/// The columns that a model takes, and where each one's values go: every input is a column ([N] or [N,1]), or one input
/// [N,F] is a matrix of F columns of one type. A matrix whose columns nobody named takes them in a request's order.
/// </summary>
internal sealed class TableSchema
{
    /// <summary>The most column names that a message lists.</summary>
    private const int MaxListed = 30;

    private readonly IReadOnlyList<TensorSpec> _inputs;
    private readonly string[]? _names;
    private readonly byte[][] _utf8Names;
    private readonly Dictionary<string, int> _columns = [];

    /// <summary>The schema of a model.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="isMatrix">True for one matrix; false for a column an input.</param>
    /// <param name="names">The columns' names; null for a matrix without.</param>
    /// <param name="isStrict">True where null is no missing value, and true and false are no numbers.</param>
    public TableSchema(string model, IReadOnlyList<TensorSpec> inputs, bool isMatrix, IReadOnlyList<string>? names, bool isStrict)
    {
        Model = model;
        IsMatrix = isMatrix;
        Reading = isStrict ? ElementReading.Strict : ElementReading.OfTables;
        _inputs = inputs;
        _names = names is null ? null : [.. names];
        _utf8Names = _names is null ? [] : [.. _names.Select(Encoding.UTF8.GetBytes)];
        Width = isMatrix && inputs[0].Shape[1] is var fixedWidth and not TensorShape.Dynamic ? (int)fixedWidth : _names?.Length;
        for (var column = 0; column < _names?.Length; column++)
        {
            if (!_columns.TryAdd(_names[column], column))
                throw Invalid(_names[column], "each column once", "the column twice");
        }
    }

    /// <summary>The model's name, for messages.</summary>
    public string Model { get; }

    /// <summary>How cells are read.</summary>
    public ElementReading Reading { get; }

    /// <summary>True where all columns share one [N,F] tensor.</summary>
    public bool IsMatrix { get; }

    /// <summary>How many columns there are; null where neither the model nor the request has said so yet.</summary>
    public int? Width { get; }

    /// <summary>True where columns are found by name, false where they are taken in the request's order.</summary>
    public bool IsNamed => _names is not null;

    /// <summary>The inputs that the columns fill.</summary>
    public IReadOnlyList<TensorSpec> Inputs => _inputs;

    /// <summary>The columns' names, for a message.</summary>
    public string Listing => _names is null
        ? Width is null ? "(any)" : $"({Width}, unnamed)"
        : string.Join(", ", _names.Take(MaxListed)) + (_names.Length > MaxListed ? $" and {_names.Length - MaxListed} more" : "");

    /// <summary>The element type of a column.</summary>
    public ElementType TypeOf(int column) => _inputs[IsMatrix ? 0 : column].Type;

    /// <summary>The column as messages call it.</summary>
    public string NameOf(int column) => _names is null ? $"{_inputs[0].Name}, column {column}" : _names[column];

    /// <summary>The column of that name, or -1.</summary>
    public int Find(string name) => _columns.TryGetValue(name, out var column) ? column : -1;

    /// <summary>The column of the property's name, or -1; fastest where it is the one at <paramref name="guess"/>.</summary>
    public int Find(JsonProperty property, int guess) =>
        guess < _utf8Names.Length && JsonText.NameIs(property, _utf8Names[guess]) ? guess : Find(JsonText.NameOf(property));

    /// <summary>The column of that name.</summary>
    /// <exception cref="ServingException">The model has no such column.</exception>
    public int Require(string name) => Find(name) is >= 0 and var column ? column : throw Unknown(name);

    /// <summary>This schema with a request's own names, where a matrix has none; otherwise this schema.</summary>
    /// <exception cref="ServingException">The request names more or fewer columns than the matrix has, or one twice.</exception>
    public TableSchema Named(IReadOnlyList<string> names)
    {
        if (IsNamed) return this;
        if (names.Count != (Width ?? names.Count)) throw Invalid(_inputs[0].Name, $"{Width} columns", $"{names.Count}");
        return new TableSchema(Model, _inputs, IsMatrix, names, Reading == ElementReading.Strict);
    }

    /// <summary>Data that does not fit the columns.</summary>
    public ServingException Invalid(string field, string expected, string actual) =>
        ServingException.InvalidInput(Model, field, expected, actual);

    /// <summary>A column that the model does not have.</summary>
    public ServingException Unknown(string name) =>
        Invalid(JsonText.Quotable(name), $"only the columns {Listing}", "an unknown column");

    /// <summary>A column that the request does not give.</summary>
    public ServingException Missing(int column, string where) => Invalid(NameOf(column), "a value for every column", "none" + where);
}
