using System.CommandLine;
using Bullpen.Hosting;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary><c>bullpen serve</c>: one option on the command line for each of <see cref="ServeOptionNames"/>.</summary>
internal sealed class ServeCommand
{
    private const int Failed = 1;
    private const string DefaultConfigFile = "bullpen.json";

    private readonly Dictionary<OptionDefinition, Option<string>> _options = ServeOptionNames.All.ToDictionary(
        definition => definition,
        definition => new Option<string>(definition.Flag) { HelpName = definition.Value, Description = definition.Description });

    private readonly Option<string> _config = new("--config")
    {
        HelpName = "FILE",
        Description = "A JSON file of these options. Default: bullpen.json in the working folder, if there.",
    };

    internal ServeCommand()
    {
        Command = new Command("serve", "Serve the models of a repository. Every option is also BULLPEN_<NAME> in the environment and a key in bullpen.json.");
        AddTo(Command);
    }

    internal Command Command { get; }

    /// <summary>Gives a command the options and the action of serve.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in _options.Values) command.Options.Add(option);
        command.Options.Add(_config);
        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerProcess.RunAsync(Read(parsed), cancellationToken);
        }
        catch (OptionException e)
        {
            await Console.Error.WriteLineAsync($"bullpen: {e.Message}");
            return Failed;
        }
    }

    private ServeOptions Read(ParseResult parsed)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (definition, option) in _options)
            if (parsed.GetValue(option) is { } value) given[definition.Name] = value;

        var sources = new SettingSources(given, Environment.GetEnvironmentVariable, ConfigFile(parsed));
        return new ServeOptionsReader(sources, Checkout.Find(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).Read();
    }

    private string? ConfigFile(ParseResult parsed)
    {
        var named = parsed.GetValue(_config) ?? Environment.GetEnvironmentVariable("BULLPEN_CONFIG");
        if (!string.IsNullOrEmpty(named)) return named;
        return File.Exists(DefaultConfigFile) ? DefaultConfigFile : null;
    }
}
