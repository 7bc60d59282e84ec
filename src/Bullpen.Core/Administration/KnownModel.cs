using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>One version of a model as a listing shows it.</summary>
/// <param name="Definition">What the catalogue holds.</param>
/// <param name="Status">What the cache knows of it.</param>
public sealed record KnownModel(ModelDefinition Definition, ModelStatus Status)
{
    /// <summary>The state in one word: that of the cache, or <c>Failed</c> for an entry that cannot be served at all.</summary>
    public string State => Definition.Fault is null ? Status.State.ToString() : nameof(ModelState.Failed);

    /// <summary>Why it is not served, or null.</summary>
    public string? Reason => Definition.Fault ?? Status.Failure;
}
