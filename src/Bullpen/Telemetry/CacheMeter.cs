using System.Diagnostics.Metrics;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>What the cache, its ledger and the catalogue say when they are asked: nothing is counted here.</summary>
internal static class CacheMeter
{
    internal static void Observe(Meter meter, ModelCache cache, ModelCatalog catalog)
    {
        ServingMetrics.MemoryBudget.Observe(meter, () => cache.Budget.Total);
        ServingMetrics.MemoryUsed.Observe(meter, () => Used(cache.Budget.Ledger));
        ServingMetrics.MemoryOvershoot.Observe(meter, () => cache.Budget.Ledger.Overshoot);
        ServingMetrics.KnownModels.Observe(meter, () => (long)catalog.Count);
        ServingMetrics.ResidentModels.Observe(meter, () => (long)cache.Usage().Resident);
        ServingMetrics.CacheHits.Observe(meter, () => cache.Usage().Hits);
    }

    private static IReadOnlyList<Measurement<long>> Used(MemoryLedger ledger) =>
    [
        ServingMetrics.MemoryUsed.At("reserved", ledger.Reserved),
        ServingMetrics.MemoryUsed.At("resident", ledger.Resident),
        ServingMetrics.MemoryUsed.At("draining", ledger.Draining),
    ];
}
