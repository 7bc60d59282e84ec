namespace Bullpen;

/// <summary>Every line that the host logs.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    internal static partial void RequestCrashed(this ILogger log, string method, string path, Exception exception);

    [LoggerMessage(102, LogLevel.Warning, "{Method} {Path} failed after its answer had begun; the connection was cut: {Reason}")]
    internal static partial void AnswerCutShort(this ILogger log, string method, string path, string reason);

    [LoggerMessage(103, LogLevel.Information, "Shutting down: not ready any more; waiting up to {Seconds} s for requests in flight")]
    internal static partial void Draining(this ILogger log, double seconds);

    [LoggerMessage(104, LogLevel.Warning, "Requests are still in flight after {Seconds} s (--grace); stopping all the same")]
    internal static partial void GraceIsOver(this ILogger log, double seconds);

    [LoggerMessage(105, LogLevel.Warning, "{Model} is listed but cannot be served: {Reason}")]
    internal static partial void BrokenModel(this ILogger log, string model, string reason);

    [LoggerMessage(106, LogLevel.Warning, "{Warning}")]
    internal static partial void RepositoryWarning(this ILogger log, string warning);

    [LoggerMessage(107, LogLevel.Warning, "A load or a run does not end within {Seconds} s; the process ends without it")]
    internal static partial void ModelsAreStuck(this ILogger log, double seconds);

    [LoggerMessage(108, LogLevel.Warning, "Changes in the repository go unnoticed until it can be read again: {Reason}")]
    internal static partial void CannotWatch(this ILogger log, string reason);

    [LoggerMessage(110, LogLevel.Warning, "--memory lets models take {Memory} bytes; with the {Floor} that the server takes beside them that is more than the {Machine} there are. The process may be killed for memory")]
    internal static partial void MemoryIsTight(this ILogger log, long memory, long floor, long machine);

    [LoggerMessage(111, LogLevel.Error, "Preloading failed unexpectedly; requests load what they need")]
    internal static partial void PreloadCrashed(this ILogger log, Exception exception);

    [LoggerMessage(131, LogLevel.Information, "{Model} is {Target} (X-Amzn-SageMaker-Target-Model)")]
    internal static partial void IsTargetModel(this ILogger log, string model, string target);

    [LoggerMessage(109, LogLevel.Error, "Watching the repository failed unexpectedly")]
    internal static partial void WatchCrashed(this ILogger log, Exception exception);
}
