namespace Bullpen.Core.Models;

/// <summary>
/// The ledger of model memory, in bytes. A byte is reserved before a load, resident after it, draining from the decision
/// to unload until the memory is given back, and free only then. Thread-safe; its lock is taken last and held for
/// arithmetic only.
/// </summary>
public sealed class MemoryBudget
{
    private readonly Lock _gate = new();
    private long _reserved;
    private long _resident;
    private long _draining;

    /// <summary>A budget of <paramref name="total"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The total is not positive.</exception>
    public MemoryBudget(long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        Total = total;
    }

    /// <summary>Bytes that models may take together.</summary>
    public long Total { get; }

    /// <summary>The ledger at this moment.</summary>
    public MemoryLedger Ledger
    {
        get
        {
            lock (_gate) return new MemoryLedger(Total, _reserved, _resident, _draining);
        }
    }

    /// <summary>Reserves bytes for a load; null where they are not free.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of bytes is negative.</exception>
    public MemoryReservation? TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_gate)
        {
            if (bytes > Total - _reserved - _resident - _draining) return null;
            _reserved += bytes;
            return new MemoryReservation(this, bytes);
        }
    }

    internal void Move(long reserved, long resident, long draining)
    {
        lock (_gate)
        {
            _reserved += reserved;
            _resident += resident;
            _draining += draining;
        }
    }
}
