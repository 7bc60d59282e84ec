using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>Why a model's last load failed, how often in a row, and when the next may be tried.</summary>
/// <param name="Error">The failure as the load reported it.</param>
/// <param name="Attempts">Failures in a row of this file.</param>
/// <param name="RetryAt">Timestamp before which no other load is tried, unless the file changes.</param>
/// <param name="Stamp">The file as it was when its load failed.</param>
internal sealed record LoadFailure(ServingException Error, int Attempts, long RetryAt, FileStamp Stamp)
{
    /// <summary>What to remember of a load that failed just now; the delay doubles with each failure in a row.</summary>
    internal static LoadFailure Now(
        ServingException error, LoadFailure? earlier, FileStamp stamp, ModelCacheOptions options, TimeProvider time)
    {
        // Of another file nothing is known yet.
        var attempts = earlier is not null && earlier.Stamp == stamp ? earlier.Attempts + 1 : 1;
        var delay = TimeSpan.FromSeconds(Math.Min(
            options.LongestRetryDelay.TotalSeconds, options.FirstRetryDelay.TotalSeconds * Math.Pow(2, attempts - 1)));
        var retryAt = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        return new LoadFailure(error, attempts, retryAt, stamp);
    }

    /// <summary>How long until another load may be tried; zero or less where it may be now.</summary>
    internal TimeSpan TimeLeft(TimeProvider time) => time.GetElapsedTime(time.GetTimestamp(), RetryAt);

    /// <summary>The failure for one more caller: an exception of its own, because a thrown one carries its thrower's stack.</summary>
    internal ServingException ForCaller(TimeSpan? retryAfter) => new(Error.Kind, Error.Message, Error)
    {
        Model = Error.Model,
        Field = Error.Field,
        Expected = Error.Expected,
        Actual = Error.Actual,
        RetryAfter = retryAfter,
    };
}
