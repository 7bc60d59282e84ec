using System.Text.Json;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>An output that an Open Inference request asks for.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Parameters">Its parameters as they came; null where there are none.</param>
public sealed record OpenInferenceOutput(string Name, JsonElement? Parameters)
{
    /// <summary>Whether it is wanted in binary: the parameter <c>binary_data</c>; null: as <see cref="OpenInferenceRequest.WantsBinary"/> says.</summary>
    public bool? IsBinary { get; init; }

    /// <summary>How many classes are wanted in the tensor's place, best first: the parameter <c>classification</c>; 0: the tensor.</summary>
    public int Classes { get; init; }
}
