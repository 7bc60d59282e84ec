namespace Bullpen.Options;

/// <summary>The option that names the file of options; the only one that the file itself cannot hold.</summary>
internal static class ConfigFile
{
    private const string DefaultName = "bullpen.json";

    internal static readonly OptionDefinition Option = new(
        "config", "FILE", "A JSON file of these options. Default: bullpen.json in the working folder, if there.");

    /// <summary>Which file is read, and who said so; null where there is none. It may not exist where somebody named it.</summary>
    /// <param name="given">From the command line, or null.</param>
    /// <param name="environment">Reads an environment variable.</param>
    internal static Setting? Find(string? given, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(given)) return new Setting(given, Option.Flag, SettingSource.CommandLine, Option.Flag);
        foreach (var name in Option.EnvironmentVariables)
            if (environment(name) is { Length: > 0 } named) return new Setting(named, name, SettingSource.Environment, name);
        return File.Exists(DefaultName) ? new Setting(DefaultName, Option.Name, SettingSource.Default, "default") : null;
    }
}
