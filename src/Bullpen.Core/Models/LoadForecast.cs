namespace Bullpen.Core.Models;

/// <summary>
/// How long loads will take, from what loads took: the model's own last one, in this run of the server or an earlier; else as
/// many seconds per byte as other models took lately; before any load at all a second. Called under the cache's lock.
/// </summary>
internal sealed class LoadForecast(TimeProvider time)
{
    // What a load counts for is halved by every seven after it.
    private const double Fading = 0.9;

    private static readonly TimeSpan BeforeAnyLoad = TimeSpan.FromSeconds(1);

    private double _seconds;
    private double _bytes;

    /// <summary>A load took that long.</summary>
    internal void Took(long bytes, TimeSpan elapsed)
    {
        _seconds = (_seconds * Fading) + elapsed.TotalSeconds;
        _bytes = (_bytes * Fading) + bytes;
    }

    /// <summary>A whole load of the model.</summary>
    internal TimeSpan Of(CacheEntry entry)
    {
        if (entry.Loads > 0) return entry.LoadTime;
        if (entry.RecalledLoadTime is { } recalled) return recalled;
        return _bytes > 0 ? TimeSpan.FromSeconds(_seconds / _bytes * entry.ExpectedBytes) : BeforeAnyLoad;
    }

    /// <summary>What is left of a load that has room; zero where it takes longer than it was to.</summary>
    internal TimeSpan LeftOf(CacheEntry entry)
    {
        var left = Of(entry) - (entry.LoadingSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
