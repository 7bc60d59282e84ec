namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A body of type text/plain.</summary>
/// <param name="Text">The text.</param>
public sealed record TextPayload(string Text) : InputPayload;
