using Bullpen.Core.Inputs.Payloads;

namespace Bullpen.Core.Inference;

/// <summary>A request to run a model, whichever protocol it came by.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version asked for; null for the default.</param>
/// <param name="Payload">The data, not yet bound to the model's inputs.</param>
public sealed record InferenceRequest(string Model, string? Version, InputPayload Payload);
