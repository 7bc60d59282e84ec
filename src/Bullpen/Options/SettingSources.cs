using System.Text.Json;
using Bullpen.Core.Repository;

namespace Bullpen.Options;

/// <summary>Where settings come from, strongest first: command line, environment, file.</summary>
internal sealed class SettingSources
{
    private readonly IReadOnlyDictionary<string, string> _commandLine;
    private readonly Func<string, string?> _environment;
    private readonly IReadOnlyDictionary<string, string> _file;
    private readonly string _fileName;

    /// <summary>The sources.</summary>
    /// <param name="commandLine">Values by option name.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="file">The path of a JSON file of option names and values, or null.</param>
    /// <exception cref="OptionException">The file cannot be read, or holds an unknown key.</exception>
    internal SettingSources(IReadOnlyDictionary<string, string> commandLine, Func<string, string?> environment, string? file)
    {
        _commandLine = commandLine;
        _environment = environment;
        _fileName = Path.GetFileName(file) ?? "";
        _file = file is null ? new Dictionary<string, string>() : ReadFile(file);
    }

    /// <summary>The strongest setting of an option, or null where nobody set it.</summary>
    internal Setting? Find(OptionDefinition option)
    {
        if (_commandLine.TryGetValue(option.Name, out var argument)) return new Setting(argument, option.Flag, SettingSource.CommandLine, option.Flag);
        foreach (var name in option.EnvironmentVariables)
            if (Variable(name) is { } variable) return variable with { Text = variable.Text + UnitOf(option, variable) };
        return _file.TryGetValue(option.Name, out var value) ? new Setting(value, $"{option.Name} in {_fileName}", SettingSource.File, _fileName) : null;
    }

    /// <summary>An environment variable that is set to something.</summary>
    internal Setting? Variable(string name) =>
        _environment(name) is { Length: > 0 } text ? new Setting(text, name, SettingSource.Environment, name) : null;

    /// <summary>True where the option was given on the command line or in the environment, and not only in the file.</summary>
    internal bool IsExplicit(OptionDefinition option) =>
        _commandLine.ContainsKey(option.Name) || option.EnvironmentVariables.Any(name => Variable(name) is not null);

    private static string UnitOf(OptionDefinition option, Setting variable) =>
        option.Units.TryGetValue(variable.Place, out var unit) && variable.Text.All(char.IsAsciiDigit) ? unit : "";

    private static Dictionary<string, string> ReadFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new OptionException($"The configuration file {path} must hold a JSON object of options.");

            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "$schema") continue;
                if (ServeOptionNames.All.All(option => option.Name != property.Name))
                    throw UnknownKey(path, property.Name);
                values[property.Name] = property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString()!,
                    JsonValueKind.Number => property.Value.GetRawText(),
                    _ => throw new OptionException(
                        $"{property.Name} in {Path.GetFileName(path)}: {Shown(property.Value)} is not a string or a number."),
                };
            }

            return values;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"The configuration file {path} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new OptionException($"The configuration file {path} is not valid JSON: {e.Message}");
        }
    }

    private static OptionException UnknownKey(string path, string key)
    {
        var near = NearNames.Find(key.TrimStart('-').Replace('_', '-'), ServeOptionNames.All.Select(option => option.Name), limit: 3);
        var hint = near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : "keys are option names without dashes in front.";
        return new OptionException($"The configuration file {path} has the unknown key '{key}'; {hint}");
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => value.GetRawText(),
    };
}
