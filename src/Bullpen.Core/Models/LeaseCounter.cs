namespace Bullpen.Core.Models;

/// <summary>
/// Counts the leases on one loaded model, and closes it. One integer, changed by compare-and-swap: taking a lease on a
/// ready model waits for nobody. Once closed, no lease can be taken; the model may go when the count reaches zero.
/// </summary>
internal sealed class LeaseCounter
{
    private const int Closed = int.MinValue;

    private int _state;

    /// <summary>What the return of a lease left behind.</summary>
    internal enum Released
    {
        /// <summary>Other leases are still out.</summary>
        InUse,

        /// <summary>It was the last one, and the counter is open.</summary>
        Idle,

        /// <summary>It was the last one, and the counter is closed: whoever learns this unloads the model.</summary>
        Drained,
    }

    /// <summary>Leases that are out.</summary>
    internal int Count => Volatile.Read(ref _state) & ~Closed;

    /// <summary>Takes a lease, unless closed.</summary>
    internal bool TryAcquire()
    {
        var seen = Volatile.Read(ref _state);
        while (seen >= 0)
        {
            var found = Interlocked.CompareExchange(ref _state, seen + 1, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Returns a lease.</summary>
    internal Released Release() => Interlocked.Decrement(ref _state) switch
    {
        0 => Released.Idle,
        Closed => Released.Drained,
        _ => Released.InUse,
    };

    /// <summary>Closes, unless a lease is out.</summary>
    internal bool TryCloseIdle() => Interlocked.CompareExchange(ref _state, Closed, 0) == 0;

    /// <summary>Takes back a <see cref="TryCloseIdle"/> of the same decision, before anyone was told of it.</summary>
    internal void Reopen() => Interlocked.CompareExchange(ref _state, 0, Closed);

    /// <summary>Closes. True where no lease is out: the caller unloads; false: the last release will report <see cref="Released.Drained"/>.</summary>
    internal bool Close() => Interlocked.Or(ref _state, Closed) == 0;
}
