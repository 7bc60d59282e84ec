using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// What an <see cref="EvictionPolicy"/> may know of a model in memory. Times are seconds since the cache began, so that
/// nothing in here changes while the model is not used.
/// </summary>
/// <param name="Id">Which model.</param>
/// <param name="Bytes">The memory that its eviction gives back.</param>
/// <param name="LoadTime">How long its load took.</param>
/// <param name="LoadedAt">When that load ended.</param>
/// <param name="LastUsed">When a lease last came back, or the load ended; while a lease is out, when it was last looked at.</param>
/// <param name="Leases">How often it was used since it was loaded.</param>
/// <param name="LogUses">
/// The binary logarithm of the exponentially decayed number of its uses, also those of earlier loads, as it would be at
/// time 0: log2(count at t) + t ÷ half-life, which is the same at every t.
/// </param>
/// <param name="Inflation">The highest worth of any victim up to its last use.</param>
public readonly record struct EvictionCandidate(
    ModelId Id, long Bytes, TimeSpan LoadTime, double LoadedAt, double LastUsed, long Leases, double LogUses, double Inflation);
