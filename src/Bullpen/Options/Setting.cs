namespace Bullpen.Options;

/// <summary>The text that a user gave for an option, and where.</summary>
/// <param name="Text">As given.</param>
/// <param name="Origin">For messages: <c>--memory</c>, <c>BULLPEN_MEMORY</c>, <c>memory in bullpen.json</c>.</param>
/// <param name="Source">The kind of place.</param>
/// <param name="Place">Its name: the option, the variable or the file.</param>
internal sealed record Setting(string Text, string Origin, SettingSource Source, string Place);
