using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Payloads;

/// <summary>Tensors, from a protocol that has its own notation for them.</summary>
/// <param name="Tensors">The tensors, in any order, not yet compared with a model.</param>
public sealed record TensorsPayload(IReadOnlyList<NamedTensor> Tensors) : InputPayload;
