using System.CommandLine;
using System.Runtime.InteropServices;
using Bullpen.Options;
using Bullpen.Supervision;

namespace Bullpen.Commands;

/// <summary>
/// <c>bullpen entrypoint ARGUMENT…</c>, what a container starts: <c>serve</c> under a supervisor, any other command in its place.
/// The arguments are others' and never parsed here; the command is on the command line for its help and for completion.
/// </summary>
internal sealed class EntrypointCommand
{
    private const string Name = "entrypoint";

    /// <summary>The name of the program in an image: by it, it is the entry point.</summary>
    private const string ProgramName = "docker-entrypoint";

    private const string Serve = "serve";

    internal Command Command { get; } = new(Name, "Start the server under a supervisor, or another command in its place, as a container does.");

    /// <summary>What the entry point is given, where the program was called as one and not asked for help; else null.</summary>
    /// <param name="calledAs">The name that the program was called by, or null.</param>
    /// <param name="arguments">What follows it.</param>
    internal static string[]? ArgumentsOf(string? calledAs, string[] arguments)
    {
        if (calledAs is not null && Path.GetFileName(calledAs) == ProgramName) return arguments;
        return arguments is [Name, .. var rest] && rest is not [] and not ["--help" or "-h" or "-?", ..] ? rest : null;
    }

    /// <summary>Runs it.</summary>
    /// <returns>The exit code of what it started, or why nothing was started.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            if (OperatingSystem.IsWindows()) throw new OptionException("Containers of Windows need no entry point: start bullpen serve.");
            if (arguments is []) throw new OptionException("Nothing to start: say 'serve', or a command.");
            return arguments is [Serve, .. var rest] ? await SuperviseAsync(rest) : RunInPlace(arguments);
        }
        catch (Exception e) when (e is OptionException or IOException)
        {
            await Console.Error.WriteLineAsync($"bullpen: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> SuperviseAsync(string[] arguments)
    {
        var policy = new RetryPolicy { TryAgain = ExitCodes.TryAgain, Limit = StartupTimeout.Read(Environment.GetEnvironmentVariable) };
        var supervisor = new Supervisor(new ProcessLauncher(arguments), policy, TimeProvider.System, Console.Error);
        var signals = SignalNumber.Passed.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            supervisor.Receive(context.Signal);
        })).ToList();
        try
        {
            return await supervisor.RunAsync();
        }
        finally
        {
            foreach (var signal in signals) signal.Dispose();
        }
    }

    private static int RunInPlace(string[] command)
    {
        var (found, reason) = CommandInPlace.Run(command);
        Console.Error.WriteLine($"bullpen: {reason}");
        return found ? ExitCodes.NotExecutable : ExitCodes.NotFound;
    }
}
