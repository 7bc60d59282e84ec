using System.CommandLine;
using Bullpen.Hosting;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary><c>bullpen serve</c>: options in, exit code out.</summary>
internal sealed class ServeCommand
{
    private readonly ServeArguments _arguments;

    internal ServeCommand(ServeArguments arguments)
    {
        _arguments = arguments;
        Command = new Command("serve", "Serve the models of a repository.");
        AddTo(Command);
    }

    internal Command Command { get; }

    /// <summary>Gives a command the options and the action of serve.</summary>
    internal void AddTo(Command command)
    {
        _arguments.AddTo(command);
        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var reader = _arguments.Reader(parsed);
            var options = reader.Read();
            foreach (var warning in reader.Warnings(options)) await Console.Error.WriteLineAsync($"bullpen: {warning}");
            return await ServerProcess.RunAsync(options, cancellationToken);
        }
        catch (OptionException e)
        {
            await Console.Error.WriteLineAsync($"bullpen: {e.Message}");
            return ExitCodes.Failed;
        }
        catch (AddressUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"bullpen: {e.Message}");
            return ExitCodes.TryAgain;
        }
    }
}
