namespace Bullpen.Supervision;

/// <summary>
/// Whether and when a start that failed is tried again: after <see cref="FirstDelay"/>, then twice as long each time up to
/// <see cref="LongestDelay"/>, and not beyond <see cref="Limit"/> since the first start.
/// </summary>
internal sealed record RetryPolicy
{
    /// <summary>The exit code that says: the same start may succeed later. Every other one is final.</summary>
    public required int TryAgain { get; init; }

    /// <summary>The time from the first start after which none is begun.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>The wait after the first failure.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long to wait after so many failures; null: give up. The last wait is cut so that the limit itself is a try.</summary>
    /// <param name="failures">Starts that failed, one at least.</param>
    /// <param name="elapsed">Time since the first start.</param>
    internal TimeSpan? DelayAfter(int failures, TimeSpan elapsed)
    {
        var left = Limit - elapsed;
        if (left <= TimeSpan.Zero) return null;
        // Beyond this many doublings any first delay is longer than any limit: no overflow.
        var delay = FirstDelay * Math.Pow(2, Math.Min(failures - 1, 30));
        if (delay > LongestDelay) delay = LongestDelay;
        return delay < left ? delay : left;
    }
}
