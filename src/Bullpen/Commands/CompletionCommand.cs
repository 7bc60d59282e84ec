using System.CommandLine;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary><c>bullpen completion SHELL</c>: prints a script that asks <c>bullpen [suggest]</c> for what may come next.</summary>
internal sealed class CompletionCommand
{
    private static readonly Dictionary<string, string> Templates = new(StringComparer.Ordinal)
    {
        ["bash"] = CompletionScripts.Bash,
        ["zsh"] = CompletionScripts.Zsh,
        ["fish"] = CompletionScripts.Fish,
        ["pwsh"] = CompletionScripts.PowerShell,
    };

    private readonly Argument<string> _shell = new("shell") { HelpName = "SHELL", Description = string.Join(", ", Templates.Keys) };

    internal CompletionCommand()
    {
        _shell.AcceptOnlyFromAmong([.. Templates.Keys]);
        Command = new Command("completion", "Print a script that completes commands, options and values in a shell.");
        Command.Arguments.Add(_shell);
        Command.SetAction(parsed => Console.Out.Write(ScriptFor(parsed.GetRequiredValue(_shell))));
    }

    internal Command Command { get; }

    /// <summary>Folders and files are the shell's own business: it gets the names of the options that take one.</summary>
    internal static string ScriptFor(string shell) => Templates[shell]
        .Replace("@FOLDERS@", OptionsThatTake("DIR", shell), StringComparison.Ordinal)
        .Replace("@FILES@", OptionsThatTake("FILE", shell), StringComparison.Ordinal)
        .ReplaceLineEndings("\n");

    private static string OptionsThatTake(string value, string shell)
    {
        var flags = ServeOptionNames.All.Append(ConfigFile.Option).Where(option => option.Value == value).Select(option => option.Flag);
        if (value == "FILE") flags = flags.Append(SimulateCommand.Trace);
        return shell switch
        {
            "fish" => string.Join(' ', flags),
            "pwsh" => string.Join(", ", flags.Select(flag => $"'{flag}'")),
            _ => string.Join('|', flags),
        };
    }
}
