namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may run in one model at once, which may change while they run: more are let in at once, fewer as soon as
/// enough of those that run have ended; none is disturbed. It outlives the model's loads.
/// </summary>
public sealed class WorkerPermits
{
    private readonly PermitQueue _permits;
    private readonly Lock _counting = new();
    private volatile int _count;

    /// <summary>As many permits as <paramref name="count"/>, at least 1.</summary>
    public WorkerPermits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _permits = new PermitQueue(count);
        _count = count;
    }

    /// <summary>How many there are, those of running requests included.</summary>
    public int Count => _count;

    /// <summary>Changes how many there are.</summary>
    /// <param name="count">At least 1.</param>
    public void Resize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_counting)
        {
            if (count < _count) _permits.Remove(_count - count);
            for (var added = _count; added < count; added++) _permits.Exit();
            _count = count;
        }
    }

    internal Task EnterAsync(int priority, CancellationToken cancellationToken) => _permits.EnterAsync(priority, cancellationToken);

    internal void Exit() => _permits.Exit();
}
