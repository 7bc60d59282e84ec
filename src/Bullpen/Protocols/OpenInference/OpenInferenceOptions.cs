namespace Bullpen.Protocols.OpenInference;

/// <summary>What the Open Inference routes report.</summary>
/// <param name="ServerName">The server's name in its metadata.</param>
internal sealed record OpenInferenceOptions(string ServerName);
