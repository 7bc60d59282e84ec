namespace Bullpen.Core.Tensors;

/// <summary>A tensor under the name of a model's input or output.</summary>
/// <param name="Name">The input's or output's name.</param>
/// <param name="Value">The data.</param>
/// <param name="ColumnLabels">
/// The names of the columns of a [rows, columns] output that the model gave as a sequence of maps (as sklearn exporters
/// make them); otherwise null.
/// </param>
public sealed record NamedTensor(string Name, Tensor Value, IReadOnlyList<string>? ColumnLabels = null);
