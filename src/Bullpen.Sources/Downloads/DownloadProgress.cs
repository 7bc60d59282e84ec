using Microsoft.Extensions.Logging;

namespace Bullpen.Sources.Downloads;

/// <summary>Logs how far a download is: a line every 10 s, and every 10 % where its length is known.</summary>
internal sealed class DownloadProgress(string shownUrl, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly long _begun = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();
    private long _lastTenth;
    private bool _isBegun;

    /// <summary>A response came; its total length in bytes, or null.</summary>
    internal void Begin(long? total)
    {
        if (_isBegun) return;
        _isBegun = true;
        if (total is { } bytes) log.Downloading(shownUrl, bytes);
        else log.DownloadingUnknown(shownUrl);
    }

    internal void Received(long bytes, long? total)
    {
        var tenth = total is > 0 ? bytes * 10 / total.Value : 0;
        if (tenth <= _lastTenth && time.GetElapsedTime(_lastLine) < Period) return;
        (_lastTenth, _lastLine) = (Math.Max(tenth, _lastTenth), time.GetTimestamp());
        var rate = (long)(bytes / Math.Max(0.001, time.GetElapsedTime(_begun).TotalSeconds));
        if (total is > 0) log.DownloadProgress(shownUrl, (int)(bytes * 100 / total.Value), bytes, total.Value, rate);
        else log.DownloadProgressUnknown(shownUrl, bytes, rate);
    }

    internal void End(long bytes) => log.Downloaded(shownUrl, bytes);
}
