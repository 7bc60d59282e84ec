namespace Bullpen.Core.Models;

/// <summary>What <see cref="ModelCache"/> has counted at one moment.</summary>
/// <param name="Leases">Leases given since the start, also on models that are gone; never falls.</param>
/// <param name="Hits">Those of them that were given at once, to requests that found their model in memory; never falls.</param>
/// <param name="Resident">Models in memory, those that drain or are being unloaded included.</param>
public readonly record struct CacheUsage(long Leases, long Hits, int Resident);
