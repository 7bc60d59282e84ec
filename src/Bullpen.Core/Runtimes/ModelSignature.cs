using Bullpen.Core.Tensors;

namespace Bullpen.Core.Runtimes;

/// <summary>What a loaded model says of itself; read once, at load.</summary>
public sealed class ModelSignature
{
    /// <summary>The inputs that a request must give, in the model's order.</summary>
    public required IReadOnlyList<TensorSpec> Inputs { get; init; }

    /// <summary>
    /// The outputs, in the model's order. An output that is a sequence of maps from label to number appears as a
    /// tensor of shape [rows, labels]; its labels come with each result (<see cref="NamedTensor.ColumnLabels"/>).
    /// </summary>
    public required IReadOnlyList<TensorSpec> Outputs { get; init; }

    /// <summary>The names of all outputs, in the model's order.</summary>
    public IReadOnlyList<string> OutputNames => field ??= [.. Outputs.Select(output => output.Name)];

    /// <summary>The model's own key-value metadata (<c>metadata_props</c> of an ONNX file).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The model's description, empty where it has none.</summary>
    public string Description { get; init; } = "";

    /// <summary>The input of that name, or null.</summary>
    public TensorSpec? FindInput(string name) => Inputs.FirstOrDefault(spec => spec.Name == name);

    /// <summary>The output of that name, or null.</summary>
    public TensorSpec? FindOutput(string name) => Outputs.FirstOrDefault(spec => spec.Name == name);
}
