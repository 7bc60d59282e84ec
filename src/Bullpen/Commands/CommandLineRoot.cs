using System.CommandLine;

namespace Bullpen.Commands;

/// <summary>The whole command line. Without a command it serves.</summary>
internal static class CommandLineRoot
{
    private const int UsageError = 2;

    /// <summary>Parses and runs; returns the exit code: 0 done, 1 failed, 2 wrongly called.</summary>
    internal static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Bullpen serves many ONNX models on one port and loads them on demand.");
        var serve = new ServeCommand();
        root.Subcommands.Add(serve.Command);
        serve.AddTo(root);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"bullpen: {parsed.Errors[0].Message} See 'bullpen --help'.");
            return UsageError;
        }

        // The host handles Ctrl+C and SIGTERM itself: it drains, however long that takes.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
