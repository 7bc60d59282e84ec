namespace Bullpen.Core.Models;

/// <summary>
/// One model's part of the <see cref="MemoryBudget"/>. Commit after the load with what was measured, mark as draining when
/// the model is to go, dispose when its memory is given back. Disposing earlier rolls back; every byte returns once.
/// Not thread-safe: its one owner is the model's cache entry.
/// </summary>
public sealed class MemoryReservation : IDisposable
{
    private readonly MemoryBudget _budget;
    private Stage _stage = Stage.Reserved;

    internal MemoryReservation(MemoryBudget budget, long bytes)
    {
        _budget = budget;
        Bytes = bytes;
    }

    private enum Stage
    {
        Reserved,
        Resident,
        Draining,
        Returned,
    }

    /// <summary>Bytes held: what was reserved, after <see cref="Commit"/> what was measured.</summary>
    public long Bytes { get; private set; }

    /// <summary>Before <see cref="Commit"/>: holds <paramref name="bytes"/> where that is more than it does; false where the rest is not free.</summary>
    /// <exception cref="InvalidOperationException">Not a fresh reservation.</exception>
    public bool TryGrow(long bytes)
    {
        if (_stage != Stage.Reserved) throw new InvalidOperationException($"A reservation that is {_stage} cannot grow.");
        if (bytes <= Bytes) return true;
        if (!_budget.TryAdd(bytes - Bytes)) return false;
        Bytes = bytes;
        return true;
    }

    /// <summary>The load is done and took <paramref name="measured"/> bytes, which may be more than was reserved.</summary>
    /// <exception cref="InvalidOperationException">Not a fresh reservation.</exception>
    public void Commit(long measured)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(measured);
        Advance(Stage.Reserved, Stage.Resident);
        _budget.Move(reserved: -Bytes, resident: measured, draining: 0);
        Bytes = measured;
    }

    /// <summary>The model is on its way out; its bytes are still taken.</summary>
    /// <exception cref="InvalidOperationException">Not committed.</exception>
    public void Drain()
    {
        Advance(Stage.Resident, Stage.Draining);
        _budget.Move(reserved: 0, resident: -Bytes, draining: Bytes);
    }

    /// <summary>The memory is free again.</summary>
    public void Dispose()
    {
        var bytes = Bytes;
        switch (_stage)
        {
            case Stage.Reserved: _budget.Move(reserved: -bytes, resident: 0, draining: 0); break;
            case Stage.Resident: _budget.Move(reserved: 0, resident: -bytes, draining: 0); break;
            case Stage.Draining: _budget.Move(reserved: 0, resident: 0, draining: -bytes); break;
            case Stage.Returned: return;
        }

        _stage = Stage.Returned;
    }

    private void Advance(Stage from, Stage to)
    {
        if (_stage != from) throw new InvalidOperationException($"A reservation that is {_stage} cannot become {to}.");
        _stage = to;
    }
}
