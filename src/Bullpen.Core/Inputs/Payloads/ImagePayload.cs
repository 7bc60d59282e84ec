namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A body that is one encoded image (image/jpeg, image/png and so on).</summary>
/// <param name="Encoded">The bytes of the image file; unchanged until the payload is bound.</param>
public sealed record ImagePayload(ReadOnlyMemory<byte> Encoded) : InputPayload;
