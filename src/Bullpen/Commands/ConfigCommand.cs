using System.CommandLine;
using System.Text.Json.Nodes;
using Bullpen.Core;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary><c>bullpen config</c>: what serve would run with, and where each value came from.</summary>
internal sealed class ConfigCommand
{
    private readonly ServeArguments _arguments;
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON: sizes in bytes, times as 60s." };

    internal ConfigCommand(ServeArguments arguments)
    {
        _arguments = arguments;
        Command = new Command("config", "Show what serve would run with, and where each value came from.");
        arguments.AddTo(Command);
        Command.Options.Add(_json);
        Command.SetAction(Run);
    }

    internal Command Command { get; }

    private int Run(ParseResult parsed)
    {
        try
        {
            var reader = _arguments.Reader(parsed);
            var options = EffectiveOptions.Of(reader.Read(), reader.SettingOf, _arguments.ConfigFileOf(parsed));
            if (parsed.GetValue(_json)) Console.Out.WriteLine(JsonOutput.Text(Json(options)));
            else WriteTable(Console.Out, options);
            return ExitCodes.Done;
        }
        catch (OptionException e)
        {
            Console.Error.WriteLine($"bullpen: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<EffectiveOption> options)
    {
        var (name, value) = (options.Max(option => option.Name.Length), options.Max(option => option.Text.Length));
        foreach (var option in options) output.WriteLine($"{option.Name.PadRight(name)}  {option.Text.PadRight(value)}  {From(option)}");
    }

    private static string From(EffectiveOption option) => option.Source switch
    {
        SettingSource.Default => "default",
        SettingSource.CommandLine => "command line",
        _ => option.Setting!.Place,
    };

    /// <summary>By name: the value, the kind of source, and its name where there is one.</summary>
    private static JsonObject Json(IEnumerable<EffectiveOption> options)
    {
        var json = new JsonObject();
        foreach (var option in options)
        {
            var entry = new JsonObject { ["value"] = Value(option.Value), ["source"] = SourceName(option.Source) };
            if (option.Source != SettingSource.Default) entry["from"] = option.Setting!.Place;
            json[option.Name] = entry;
        }

        return json;
    }

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        TimeSpan time => Duration.Show(time),
        long number => number,
        int number => number,
        bool flag => flag,
        _ => value.ToString(),
    };

    private static string SourceName(SettingSource source) => source switch
    {
        SettingSource.CommandLine => "command line",
        SettingSource.Environment => "environment",
        SettingSource.File => "file",
        _ => "default",
    };
}
