using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Models;

/// <summary>
/// The last word on a load: whether what it measured may stay. Under <see cref="LifecyclePolicy.Managed"/> it may while it fits
/// the whole budget, because others can go for it; under <see cref="LifecyclePolicy.External"/> only where what it took beyond
/// its reservation is free now, so that the ledger is never overshot.
/// </summary>
internal sealed class MeasuredFit(Lock gate, MemoryBudget budget, ModelCacheOptions options)
{
    /// <summary>True where the platform decides.</summary>
    internal bool IsExternal => options.Lifecycle == LifecyclePolicy.External;

    /// <inheritdoc cref="ModelCacheOptions.Charge"/>
    internal long Charge(ModelFootprint footprint) => options.Charge(footprint);

    /// <summary>Has the reservation hold what was measured, where the platform decides.</summary>
    /// <exception cref="ServingException">It does not fit: the session has to go.</exception>
    internal void Require(CacheEntry entry, ModelFootprint footprint)
    {
        var bytes = Charge(footprint);
        if (bytes < 0) throw new InvalidOperationException($"The session says that it takes {bytes} bytes.");
        // An estimate alone refuses nothing, before the load or after it.
        if (!footprint.IsMeasured) return;
        if (bytes > budget.Total) throw ModelErrors.TooLarge(entry.Definition, bytes, budget.Total);
        if (!IsExternal) return;
        lock (gate)
        {
            if (entry.Reservation!.TryGrow(bytes)) return;
            throw ModelErrors.NoRoom(entry.Definition, $"measured {RoomUse.Size(bytes)}", budget.Ledger.Free + entry.Reservation.Bytes, budget.Total);
        }
    }

    /// <summary>What to tell of a load that found no room.</summary>
    internal ServingException Refusal(ModelDefinition definition, long expected)
    {
        var ledger = budget.Ledger;
        return expected > ledger.Total
            ? ModelErrors.TooLarge(definition, expected, ledger.Total)
            : ModelErrors.NoRoom(definition, $"needs about {RoomUse.Size(expected)}", ledger.Free, ledger.Total, options.MaxModels);
    }
}
