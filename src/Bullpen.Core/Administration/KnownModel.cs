using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>A model as a listing shows it.</summary>
/// <param name="Model">What the catalogue holds.</param>
/// <param name="Status">What the cache knows of its default version.</param>
public sealed record KnownModel(CatalogModel Model, ModelStatus Status);
