using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>A model as a listing shows it.</summary>
/// <param name="Model">What the catalogue holds.</param>
/// <param name="Status">What the cache knows of its default version.</param>
public sealed record KnownModel(CatalogModel Model, ModelStatus Status)
{
    /// <summary>The state in one word: that of the cache, or <c>Failed</c> for an entry that cannot be served at all.</summary>
    public string State => Model.Default.Fault is null ? Status.State.ToString() : nameof(ModelState.Failed);

    /// <summary>Why it is not served, or null.</summary>
    public string? Reason => Model.Default.Fault ?? Status.Failure;
}
