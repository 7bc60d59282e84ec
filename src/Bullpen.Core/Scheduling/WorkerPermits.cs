namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may run in one model at once, which may change while they run: more are let in at once, fewer as soon as
/// enough of those that run have ended; none is disturbed. It outlives the model's loads.
/// </summary>
public sealed class WorkerPermits
{
    private readonly SemaphoreSlim _permits;
    private readonly Lock _resizing = new();
    private volatile int _count;
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
        lock (_resizing)
        {
            var more = count - _count;
            _count = count;
            for (; more < 0; more++) TakeOne();
            while (more > 0 && TryTakeExcess()) more--;
            if (more > 0) _permits.Release(more);
        }
    }

    internal Task EnterAsync(CancellationToken cancellationToken) => _permits.WaitAsync(cancellationToken);

    internal void Exit()
    {
        if (!TryTakeExcess()) _permits.Release();
    }

    // Announced first: a request that ends meanwhile takes it along, and is not missed between a look and the announcement.
    private void TakeOne()
    {
        Interlocked.Increment(ref _excess);
        if (_permits.Wait(0) && !TryTakeExcess()) _permits.Release();
    }

    /// <summary>A permit that is to go, where there are any: it went while it was out.</summary>
    private bool TryTakeExcess()
    {
        var seen = Volatile.Read(ref _excess);
        while (seen > 0)
        {
            var found = Interlocked.CompareExchange(ref _excess, seen - 1, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }
}
