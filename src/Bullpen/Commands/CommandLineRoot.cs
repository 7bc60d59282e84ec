using System.CommandLine;
using System.CommandLine.Help;
using Bullpen.Core.Repository;

namespace Bullpen.Commands;

/// <summary>The whole command line. Without a command it serves.</summary>
internal static class CommandLineRoot
{
    /// <summary>Parses and runs; returns the exit code of <see cref="ExitCodes"/>.</summary>
    internal static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"bullpen: {Explain(parsed)}");
            return ExitCodes.WronglyCalled;
        }

        // The host handles Ctrl+C and SIGTERM itself: it drains, however long that takes.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Bullpen serves many ONNX models on one port and loads them on demand.");
        var arguments = new ServeArguments();
        var serve = new ServeCommand(arguments);
        serve.AddTo(root);
        var pages = new Dictionary<Command, string>
        {
            [serve.Command] = HelpPages.Serve,
            [new ConfigCommand(arguments).Command] = HelpPages.Config,
            [new SimulateCommand().Command] = HelpPages.Simulate,
            [new HealthCommand().Command] = HelpPages.Health,
            [new EntrypointCommand().Command] = HelpPages.Entrypoint,
            [new VersionCommand().Command] = HelpPages.Version,
            [new CompletionCommand().Command] = HelpPages.Completion,
        };
        pages[new OptimizeCommand().Command] = HelpPages.Optimize;
        foreach (var command in pages.Keys) root.Subcommands.Add(command);
        pages[root] = HelpPages.Root;
        // In place of the library's own, whose aliases of Windows would stand among the completions.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.Add(new HelpOption("--help", "-h", "-?") { Action = new HelpText(pages) });
        return root;
    }

    /// <summary>The first error in one line, with what may have been meant and where to look.</summary>
    private static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var message = parsed.Errors[0].Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal);
        var help = command is RootCommand ? "See 'bullpen --help'." : $"See 'bullpen {command.Name} --help'.";
        if (parsed.UnmatchedTokens.FirstOrDefault(token => message.Contains($"'{token}'", StringComparison.Ordinal)) is not { } unknown)
            return $"{message} {help}";

        var names = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(subcommand => subcommand.Name));
        var near = NearNames.Find(unknown.Split('=')[0], names, limit: 2);
        return near.Count == 0 ? $"{message} {help}" : $"{message} Did you mean {string.Join(" or ", near)}? {help}";
    }
}
