using Microsoft.Extensions.Logging;

namespace Bullpen.Sources;

/// <summary>Every line that archives and downloads log. Urls come without user and query.</summary>
internal static partial class Log
{
    [LoggerMessage(301, LogLevel.Information, "Unpacked {Source} in {Seconds:0.0} s")]
    internal static partial void Unpacked(this ILogger log, string source, double seconds);

    [LoggerMessage(302, LogLevel.Information, "Downloading {Url}: {Bytes} bytes")]
    internal static partial void Downloading(this ILogger log, string url, long bytes);

    [LoggerMessage(303, LogLevel.Information, "Downloading {Url}, of a length that the server does not tell")]
    internal static partial void DownloadingUnknown(this ILogger log, string url);

    [LoggerMessage(304, LogLevel.Information, "Downloading {Url}: {Percent} %, {Received} of {Total} bytes, {Rate} bytes/s")]
    internal static partial void DownloadProgress(this ILogger log, string url, int percent, long received, long total, long rate);

    [LoggerMessage(305, LogLevel.Information, "Downloading {Url}: {Received} bytes, {Rate} bytes/s")]
    internal static partial void DownloadProgressUnknown(this ILogger log, string url, long received, long rate);

    [LoggerMessage(306, LogLevel.Information, "Downloaded {Url}: {Bytes} bytes")]
    internal static partial void Downloaded(this ILogger log, string url, long bytes);

    [LoggerMessage(307, LogLevel.Warning, "Downloading {Url} broke off after {Received} bytes, try {Try} of {Tries}: {Reason}")]
    internal static partial void DownloadBroke(this ILogger log, string url, long received, int @try, int tries, string reason);

    [LoggerMessage(308, LogLevel.Warning, "{Reason}")]
    internal static partial void Refused(this ILogger log, string reason);

    [LoggerMessage(309, LogLevel.Warning, "Cannot delete {Path}, which is no longer used; the next start tries again: {Reason}")]
    internal static partial void NotDeleted(this ILogger log, string path, string reason);
}
