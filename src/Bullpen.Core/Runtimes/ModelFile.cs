namespace Bullpen.Core.Runtimes;

/// <summary>The file to load, and the name under which errors speak of it.</summary>
/// <param name="ModelName">The model's public name, for messages.</param>
/// <param name="Path">The absolute path of the model's main file; never shown to a caller.</param>
public sealed record ModelFile(string ModelName, string Path);
