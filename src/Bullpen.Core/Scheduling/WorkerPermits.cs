namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may run in one model at once, which may change while they run: more are let in at once, fewer as soon as
/// enough of those that run have ended; none is disturbed. It outlives the model's loads.
/// </summary>
public sealed class WorkerPermits
{
    private readonly SemaphoreSlim _permits;
    private readonly Lock _counting = new();
    private volatile int _count;

    // Permits that are to go, of requests that run.
    private int _excess;

    /// <summary>As many permits as <paramref name="count"/>, at least 1.</summary>
    public WorkerPermits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _permits = new SemaphoreSlim(count);
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
            for (; _count > count; _count--)
                if (!_permits.Wait(0)) _excess++;
            for (; _count < count; _count++) GiveBack();
        }
    }

    internal Task EnterAsync(CancellationToken cancellationToken) => _permits.WaitAsync(cancellationToken);

    internal void Exit()
    {
        lock (_counting) GiveBack();
    }

    // Under the lock as a whole: a permit that is released between a look for a free one and the note that one is to go would
    // be one too many until the next request ends.
    private void GiveBack()
    {
        if (_excess > 0) _excess--;
        else _permits.Release();
    }
}
