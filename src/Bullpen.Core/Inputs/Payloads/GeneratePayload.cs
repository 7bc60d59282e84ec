using System.Text.Json;

namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A generate request: inputs by name among parameters.</summary>
/// <param name="Body">The JSON; its document stays alive until the payload is bound.</param>
public sealed record GeneratePayload(JsonElement Body) : InputPayload;
