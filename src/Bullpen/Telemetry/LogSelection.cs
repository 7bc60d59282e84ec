namespace Bullpen.Telemetry;

/// <summary>Which log entries are written, by the settings that Triton has (docs/protocol/extension_logging.md of triton-inference-server/server).</summary>
internal sealed record LogSelection
{
    private const string Framework = "Microsoft";
    private const string Hosting = "Microsoft.Extensions.Hosting";

    /// <summary>Whether information is logged.</summary>
    internal bool Info { get; init; } = true;

    /// <summary>Whether warnings are logged.</summary>
    internal bool Warning { get; init; } = true;

    /// <summary>Whether errors are logged.</summary>
    internal bool Error { get; init; } = true;

    /// <summary>0: nothing more. 1: what Bullpen does in detail, and every request. 2: the web server's details, too. 3: all that there is.</summary>
    internal int Verbose { get; init; }

    /// <summary>Whether times are written as ISO 8601 has them, in UTC; otherwise in the local time, with milliseconds.</summary>
    internal bool IsIso8601 { get; init; }

    /// <summary>Whether an entry is written.</summary>
    internal bool Includes(string? category, LogLevel level)
    {
        // It repeats what the server itself says of its start and end.
        if (category?.StartsWith(Hosting, StringComparison.Ordinal) == true) return false;

        // What is information to the framework is a detail to who runs a server.
        var isFramework = category?.StartsWith(Framework, StringComparison.Ordinal) == true;
        return level switch
        {
            LogLevel.Trace => Verbose >= (isFramework ? 3 : 2),
            LogLevel.Debug => Verbose >= (isFramework ? 2 : 1),
            LogLevel.Information => isFramework ? Verbose >= 1 : Info,
            LogLevel.Warning => Warning,
            LogLevel.Error or LogLevel.Critical => Error,
            _ => false,
        };
    }
}
