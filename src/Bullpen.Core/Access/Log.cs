using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Access;

/// <summary>Every line that the access log logs of itself.</summary>
internal static partial class Log
{
    [LoggerMessage(31, LogLevel.Warning, "The access log {File} cannot be written; requests go on and are not recorded until it can: {Reason}")]
    internal static partial void CannotRecord(this ILogger log, string file, string reason);

    [LoggerMessage(33, LogLevel.Information, "The folder of the access log {File} was not there, and is made")]
    internal static partial void MadeFolder(this ILogger log, string file);

    [LoggerMessage(32, LogLevel.Information, "The access log {File} is written again; {Lost} requests are not in it")]
    internal static partial void RecordsAgain(this ILogger log, string file, long lost);
}
