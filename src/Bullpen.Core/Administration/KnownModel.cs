using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>A model as a listing shows it: one row for all its versions.</summary>
/// <param name="Model">What the catalogue holds.</param>
/// <param name="Versions">What the cache knows of each version, in the order of <see cref="CatalogModel.Versions"/>.</param>
public sealed record KnownModel(CatalogModel Model, IReadOnlyList<ModelStatus> Versions)
{
    // Of several versions the one shows that a caller would most want to know of.
    private static readonly ModelState[] Telling =
        [ModelState.Ready, ModelState.Loading, ModelState.Draining, ModelState.Unloading, ModelState.Failed, ModelState.Absent];

    /// <summary>The version whose state is shown.</summary>
    public ModelStatus Status => Versions.MinBy(version => Array.IndexOf(Telling, version.State))!;

    /// <summary>The state in one word: that of <see cref="Status"/>, or <c>Failed</c> for an entry that cannot be served at all.</summary>
    public string State => Model.Fault is null ? Status.State.ToString() : nameof(ModelState.Failed);

    /// <summary>Why it is not served or, where it is, why not by the files that are there now; or null.</summary>
    public string? Reason => Model.Fault ?? Status.Failure ?? Model.RejectedReplacement;

    /// <summary>True where a version is ready.</summary>
    public bool IsLoaded => Status.State == ModelState.Ready;

    /// <summary>When it was last used, in this run of the server or an earlier one; null where that is not known.</summary>
    public DateTimeOffset? LastUse { get; init; }

    /// <summary>Bytes that all versions take in the ledger.</summary>
    public long Bytes => Versions.Sum(version => version.Bytes);

    /// <summary>Leases that are out, of all versions.</summary>
    public int InUse => Versions.Sum(version => version.InUse);

    /// <summary>Leases given in all, of all versions.</summary>
    public long Leases => Versions.Sum(version => version.Leases);

    /// <summary>Loads that succeeded, of all versions.</summary>
    public long Loads => Versions.Sum(version => version.Loads);
}
