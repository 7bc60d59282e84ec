namespace Bullpen.Core.Models;

/// <summary>
/// The ledger of model memory, in bytes. A byte is reserved before a load, resident after it, draining from the decision
/// to unload until the memory is given back, and free only then. Thread-safe; its lock is taken last and held for
/// arithmetic only.
/// </summary>
public sealed class MemoryBudget
{
    private readonly Lock _gate = new();
    private readonly ProcessFloor? _floor;
    private long _reserved;
    private long _resident;
    private long _draining;

    /// <summary>A budget of <paramref name="total"/> bytes.</summary>
    /// <param name="total">Bytes that models may take together.</param>
    /// <param name="floor">What is known of the process beside its models; null: nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total is not positive.</exception>
    public MemoryBudget(long total, ProcessFloor? floor = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        Total = total;
        _floor = floor;
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

    /// <summary>What the process takes beside its models: measured, shown, and not charged to them.</summary>
    public ProcessOverhead Overhead => _floor?.Now() ?? default;

    /// <summary>Reserves bytes for a load; null where they are not free.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of bytes is negative.</exception>
    public MemoryReservation? TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return TryAdd(bytes) ? new MemoryReservation(this, bytes) : null;
    }

    internal bool TryAdd(long bytes)
    {
        lock (_gate)
        {
            if (bytes > Total - _reserved - _resident - _draining) return false;
            _reserved += bytes;
            return true;
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
