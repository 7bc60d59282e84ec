using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>One model's part in what <see cref="ModelCache"/> did.</summary>
/// <param name="Definition">The model.</param>
/// <param name="Leases">Leases given on it, over all its loads.</param>
/// <param name="Bytes">Bytes that it takes in the ledger now; 0 where it is not in memory.</param>
public readonly record struct ModelShare(ModelDefinition Definition, long Leases, long Bytes);
