using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Every line that a change of what is served logs.</summary>
internal static partial class Log
{
    [LoggerMessage(51, LogLevel.Information, "Registered {Model} from {Url}")]
    internal static partial void Registered(this ILogger log, string model, string url);

    [LoggerMessage(52, LogLevel.Information, "Unregistered {Model}")]
    internal static partial void Unregistered(this ILogger log, string model);
}
