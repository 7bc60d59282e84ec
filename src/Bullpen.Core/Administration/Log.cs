using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Every line that a change of what is served logs.</summary>
internal static partial class Log
{
    [LoggerMessage(51, LogLevel.Information, "Registered {Model} from {Url}")]
    internal static partial void Registered(this ILogger log, string model, string url);

    [LoggerMessage(52, LogLevel.Information, "Unregistered {Model}")]
    internal static partial void Unregistered(this ILogger log, string model);

    [LoggerMessage(53, LogLevel.Warning, "The registration of {Model} from {Url} is passed over: the repository has a model of that name")]
    internal static partial void NameIsTaken(this ILogger log, string model, string url);
}
