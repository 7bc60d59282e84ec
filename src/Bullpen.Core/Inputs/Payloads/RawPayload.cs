namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A body that is nothing but the data of a model's one input.</summary>
/// <param name="Data">The elements as <see cref="Tensors.RawData"/> has them; of a string input the one string itself.</param>
public sealed record RawPayload(ReadOnlyMemory<byte> Data) : InputPayload;
