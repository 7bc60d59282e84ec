using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>What an <see cref="EvictionPolicy"/> may know of an idle model.</summary>
/// <param name="Id">Which model.</param>
/// <param name="Bytes">The memory that its eviction gives back.</param>
/// <param name="IdleFor">Time since it was last used.</param>
/// <param name="Leases">How often it was used since it was loaded.</param>
/// <param name="LoadTime">How long its load took.</param>
public readonly record struct EvictionCandidate(ModelId Id, long Bytes, TimeSpan IdleFor, long Leases, TimeSpan LoadTime);
