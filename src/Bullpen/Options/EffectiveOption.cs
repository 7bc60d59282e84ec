namespace Bullpen.Options;

/// <summary>What an option is in the end, and who said so.</summary>
/// <param name="Name">Kebab case, without dashes.</param>
/// <param name="Value">Text, a whole number of bytes or things, a time; null where nothing is set.</param>
/// <param name="Text">The value as people read it.</param>
/// <param name="Setting">What decided it; null for a default.</param>
internal sealed record EffectiveOption(string Name, object? Value, string Text, Setting? Setting)
{
    /// <summary>The kind of place that the value came from.</summary>
    internal SettingSource Source => Setting?.Source ?? SettingSource.Default;
}
