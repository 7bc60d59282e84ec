using Bullpen.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bullpen.Hosting;

/// <summary>One log entry, one line: <c>2026-01-31 22:05:01.123 info  Loaded …</c>; an exception follows on its own lines.</summary>
internal sealed class LogLineFormatter(TimeProvider time, LogSettings settings) : ConsoleFormatter(FormatterName)
{
    internal const string FormatterName = "bullpen";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            _ => "error",
        };

        var now = settings.Selection.IsIso8601 ? $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}" : $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff}";
        textWriter.WriteLine($"{now} {level} {Printable(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry.Exception is not null) textWriter.WriteLine(logEntry.Exception);
    }

    /// <summary>What a request named may hold line breaks and terminal commands; a log line may not.</summary>
    private static string Printable(string message) =>
        message.Any(char.IsControl)
            ? string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c))
            : message;
}
