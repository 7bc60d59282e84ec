using System.Text.Json;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>An output that an Open Inference request asks for.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Parameters">Its parameters as they came, uninterpreted; null where there are none.</param>
public sealed record OpenInferenceOutput(string Name, JsonElement? Parameters);
