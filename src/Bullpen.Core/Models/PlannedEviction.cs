using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>A model that would be evicted.</summary>
/// <param name="Definition">The model.</param>
/// <param name="Bytes">What that gives back.</param>
/// <param name="Worth">What it is worth to the policy.</param>
/// <param name="For">For which load; null: for the budget, which is overshot, or for whoever comes next.</param>
public sealed record PlannedEviction(ModelDefinition Definition, long Bytes, double Worth, ModelDefinition? For);
