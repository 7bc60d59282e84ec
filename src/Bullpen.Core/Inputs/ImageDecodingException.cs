namespace Bullpen.Core.Inputs;

/// <summary>Why bytes could not be decoded as an image: one sentence, fit to be shown to the caller.</summary>
public sealed class ImageDecodingException(string message) : Exception(message);
