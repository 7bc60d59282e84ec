namespace Bullpen.Options;

/// <summary>The text that a user gave for an option, and where.</summary>
/// <param name="Text">As given.</param>
/// <param name="Origin">For messages: <c>--memory</c>, <c>BULLPEN_MEMORY</c>, <c>memory in bullpen.json</c>.</param>
internal sealed record Setting(string Text, string Origin);
