using System.Collections;
using System.CommandLine;
using Bullpen.Core.Models;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary>The options of <c>bullpen serve</c> on the command line: one for each of <see cref="ServeOptionNames"/>, and the file of them.</summary>
internal sealed class ServeArguments
{
    private readonly Dictionary<OptionDefinition, Option<string>> _options = ServeOptionNames.All.ToDictionary(option => option, New);
    private readonly Option<string> _config = New(ConfigFile.Option);

    internal ServeArguments()
    {
        _options[ServeOptionNames.Eviction].CompletionSources.Add([.. EvictionPolicies.Names]);
        _options[ServeOptionNames.Lifecycle].CompletionSources.Add("managed", "external");
        _options[ServeOptionNames.ChargeMapped].CompletionSources.Add("on", "off");
        _options[ServeOptionNames.Dialect].CompletionSources.Add("mms", "torchserve");
    }

    /// <summary>Gives a command these options.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in _options.Values) command.Options.Add(option);
        command.Options.Add(_config);
    }

    /// <summary>The file of options in force, and who named it.</summary>
    internal Setting? ConfigFileOf(ParseResult parsed) => ConfigFile.Find(parsed.GetValue(_config), Environment.GetEnvironmentVariable);

    /// <summary>A reader of what was given here, in the environment and in the file; warns of variables that mean nothing.</summary>
    /// <exception cref="OptionException">The file cannot be read, or holds an unknown key.</exception>
    internal ServeOptionsReader Reader(ParseResult parsed)
    {
        foreach (var warning in UnknownVariables.Warnings(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key)))
            Console.Error.WriteLine($"bullpen: {warning}");

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (definition, option) in _options)
            if (parsed.GetValue(option) is { } value) given[definition.Name] = value;

        var sources = new SettingSources(given, Environment.GetEnvironmentVariable, ConfigFileOf(parsed)?.Text);
        return new ServeOptionsReader(sources, Checkout.Find(), MachineMemory.Bytes());
    }

    private static Option<string> New(OptionDefinition definition) =>
        new(definition.Flag) { HelpName = definition.Value, Description = definition.Description };
}
