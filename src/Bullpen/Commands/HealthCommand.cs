using System.CommandLine;
using Bullpen.Core;
using Bullpen.Options;
using Bullpen.Supervision;

namespace Bullpen.Commands;

/// <summary><c>bullpen health</c>: is the server ready? For whoever runs containers.</summary>
internal sealed class HealthCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly Option<string> _url = new("--url") { HelpName = "URL", Description = "The server's address. Default: what 'bullpen serve' would listen on here." };
    private readonly Option<string> _timeout = new("--timeout") { HelpName = "TIME", Description = "The longest wait for its answer. Default: 5s." };

    internal HealthCommand()
    {
        Command = new Command("health", "Ask the server whether it is ready; exit code 0 or 1.");
        Command.Options.Add(_url);
        Command.Options.Add(_timeout);
        Command.SetAction(RunAsync);
    }

    internal Command Command { get; }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var (isReady, line) = await HealthProbe.AskAsync(Address(parsed), Timeout(parsed), cancellationToken);
            await Console.Out.WriteLineAsync(line);
            return isReady ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (OptionException e)
        {
            await Console.Error.WriteLineAsync($"bullpen: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Without an option, that of a server with the same environment and file, whose warnings are not repeated at each probe.</summary>
    private Uri Address(ParseResult parsed)
    {
        if (parsed.GetValue(_url) is { } given)
            return Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp
                ? url
                : throw new OptionException($"{_url.Name}: '{given}' is not an address such as http://127.0.0.1:8080.");

        var file = ConfigFile.Find(null, Environment.GetEnvironmentVariable)?.Text;
        var sources = new SettingSources(new Dictionary<string, string>(StringComparer.Ordinal), Environment.GetEnvironmentVariable, file);
        return new Uri(new ServeOptionsReader(sources, checkout: null, availableMemory: 0).Urls());
    }

    private TimeSpan Timeout(ParseResult parsed)
    {
        if (parsed.GetValue(_timeout) is not { } given) return DefaultTimeout;
        return Duration.TryParse(given, out var time) && time > TimeSpan.Zero ? time : throw new OptionException($"{_timeout.Name}: '{given}' is not {Duration.Rule} and more than 0.");
    }
}
