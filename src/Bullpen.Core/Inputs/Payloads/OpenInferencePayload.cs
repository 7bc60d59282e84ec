using System.Text.Json;

namespace Bullpen.Core.Inputs.Payloads;

/// <summary>An Open Inference body with binary tensor data behind its JSON, or without.</summary>
/// <param name="Body">The JSON; its document stays alive until the payload is bound.</param>
/// <param name="Binary">What follows it, unchanged until the answer is written: tensors lie in it.</param>
public sealed record OpenInferencePayload(JsonElement Body, ReadOnlyMemory<byte> Binary) : InputPayload;
