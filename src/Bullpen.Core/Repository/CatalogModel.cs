using System.Collections.Immutable;

namespace Bullpen.Core.Repository;

/// <summary>A model as the catalogue knows it: its name and every version that is served or broken. Immutable, compared by reference.</summary>
public sealed class CatalogModel
{
    private string? _chosen;
    private ImmutableHashSet<string> _removed = [];

    // One for all forms of a registration: what changes of a model while it is registered makes another object of it.
    private object _registration = new();

    /// <summary>A model from its versions, in any order.</summary>
    /// <param name="versions">At least one definition, all of one name, no version twice.</param>
    /// <exception cref="ArgumentException">No definition, several names, or a version twice.</exception>
    public CatalogModel(IEnumerable<ModelDefinition> versions)
    {
        ModelDefinition[] sorted = [.. versions.OrderBy(v => v.Id.Version, VersionOrder.HighestFirst)];
        if (sorted.Length == 0)
            throw new ArgumentException("A model has at least one version.", nameof(versions));

        Name = sorted[0].Id.Name;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Id.Name != Name)
                throw new ArgumentException($"The versions of one model have one name, got {Name} and {sorted[i].Id.Name}.", nameof(versions));
            if (i > 0 && sorted[i].Id.Version == sorted[i - 1].Id.Version)
                throw new ArgumentException($"Version {sorted[i].Id.Version} of {Name} is there twice.", nameof(versions));
        }

        Versions = sorted;
        Labels = VersionLabels.Of(sorted);
        Default = Array.Find(sorted, v => v.Fault is null) ?? sorted[0];
    }

    private CatalogModel(CatalogModel same)
    {
        (Name, Versions, Labels, Default) = (same.Name, same.Versions, same.Labels, same.Default);
        (RejectedReplacement, _registration) = (same.RejectedReplacement, same._registration);
        (_chosen, _removed) = (same._chosen, same._removed);
    }

    /// <summary>A model with one version.</summary>
    public CatalogModel(ModelDefinition only)
        : this([only])
    {
    }

    /// <summary>The model's name; it follows <see cref="ModelName"/> unless the model is broken for that very reason.</summary>
    public string Name { get; }

    /// <summary>The versions, highest first.</summary>
    public IReadOnlyList<ModelDefinition> Versions { get; }

    /// <summary>
    /// The versions that have a name, by it. A version that was taken out of service since keeps its name, and is not among
    /// <see cref="Versions"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>
    /// What a request without a version gets: the version that an operator chose, else the highest without a fault, or the highest
    /// where all are broken.
    /// </summary>
    public ModelDefinition Default { get; private init; }

    /// <summary>Why no version can be served; null where at least one can.</summary>
    public string? Fault => Default.Fault;

    /// <summary>Why the files that were to replace this model could not; null where none were found wanting. The model is served as before.</summary>
    public string? RejectedReplacement { get; private init; }

    /// <summary>The same model, with what is wrong with its replacement.</summary>
    public CatalogModel WithRejected(string? reason) => new(this) { RejectedReplacement = reason };

    /// <summary>
    /// What stands for the registration, compared by reference: the same for the model as it was registered and for all that a
    /// change of its default, its versions or its files made of it since.
    /// </summary>
    internal object Registration => _registration;

    /// <summary>The same model with another default, which is one of its versions.</summary>
    internal CatalogModel WithDefault(ModelDefinition version) => new(this) { Default = version, _chosen = version.Id.Version };

    /// <summary>The same model without a version that is not its default.</summary>
    internal CatalogModel Without(ModelDefinition version) =>
        new CatalogModel(Versions.Where(other => !ReferenceEquals(other, version)))
        {
            RejectedReplacement = RejectedReplacement,
            _registration = _registration,
            _removed = _removed.Add(version.Id.Version),
        }.Choosing(_chosen);

    /// <summary>
    /// This model with those definitions of an earlier one that were made of the same files: who kept an old definition need
    /// not care. Without the versions that were taken out of the earlier one, unless there are no others. The earlier model
    /// itself where nothing changed.
    /// </summary>
    internal CatalogModel Keeping(CatalogModel? earlier)
    {
        if (earlier is null || ReferenceEquals(earlier, this))
            return this;
        ModelDefinition[] served = [.. Versions.Where(v => !earlier._removed.Contains(v.Id.Version))];
        IEnumerable<ModelDefinition> wanted = served.Length > 0 ? served : Versions;
        ModelDefinition[] kept = [.. wanted.Select(v => earlier.Find(v.Id.Version) is { } known && known.IsMadeOfTheSame(v) ? known : v)];
        return kept.SequenceEqual(earlier.Versions)
            ? earlier
            : new CatalogModel(kept) { _registration = earlier._registration, _removed = earlier._removed }.Choosing(earlier._chosen);
    }

    /// <summary>With the version as its default that was chosen before, where it is there and not broken.</summary>
    private CatalogModel Choosing(string? version) => version is not null && Find(version) is { Fault: null } chosen ? WithDefault(chosen) : this;

    /// <summary>The definition of <paramref name="version"/>, or null.</summary>
    public ModelDefinition? Find(string version)
    {
        foreach (var definition in Versions)
        {
            if (definition.Id.Version == version)
                return definition;
        }

        return null;
    }
}
