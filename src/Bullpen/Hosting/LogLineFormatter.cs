using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bullpen.Hosting;

/// <summary>One log entry, one line: <c>22:05:01.123 info  Loaded …</c>; an exception follows on its own lines.</summary>
internal sealed class LogLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
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

        // What a request named may hold a line break; a log line may not.
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ");
        textWriter.WriteLine($"{time.GetLocalNow():HH:mm:ss.fff} {level} {message}");
        if (logEntry.Exception is not null) textWriter.WriteLine(logEntry.Exception);
    }
}
