namespace Bullpen.Core.Inference;

/// <summary>What requests to one version of a model came to, and where their time went. Part of every request's path: no lock.</summary>
public sealed class ModelTimes
{
    private long _rows;
    private long _requests;
    private long _failures;
    private long _failed;
    private long _queued;
    private long _bound;
    private long _ran;
    private long _copied;
    private long _last;

    /// <summary>Examples in all requests that were answered.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Requests that were answered, each of them one run of the model.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests that failed, be it that the model could not be had for them.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Time that the failed ones took.</summary>
    public TimeSpan FailedTime => new(Volatile.Read(ref _failed));

    /// <summary>Time between a loaded model's lease and the turn in it.</summary>
    public TimeSpan QueueTime => new(Volatile.Read(ref _queued));

    /// <summary>Time in which data became tensors.</summary>
    public TimeSpan InputTime => new(Volatile.Read(ref _bound));

    /// <summary>Time in which the model ran.</summary>
    public TimeSpan RunTime => new(Volatile.Read(ref _ran));

    /// <summary>Time in which outputs were copied out of the runtime's memory; what a protocol takes to write them is not in it.</summary>
    public TimeSpan OutputTime => new(Volatile.Read(ref _copied));

    /// <summary>When the latest request was answered; null where none was.</summary>
    public DateTimeOffset? Last => Volatile.Read(ref _last) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    internal void Succeeded(int rows, DateTimeOffset now, TimeSpan queued, TimeSpan bound, TimeSpan ran, TimeSpan copied)
    {
        Interlocked.Add(ref _queued, queued.Ticks);
        Interlocked.Add(ref _bound, bound.Ticks);
        Interlocked.Add(ref _ran, ran.Ticks);
        Interlocked.Add(ref _copied, copied.Ticks);
        Interlocked.Add(ref _rows, rows);
        Volatile.Write(ref _last, now.UtcTicks);
        Interlocked.Increment(ref _requests);
    }

    internal void Failed(TimeSpan took)
    {
        Interlocked.Add(ref _failed, took.Ticks);
        Interlocked.Increment(ref _failures);
    }
}
