namespace Bullpen.Core.Repository;

/// <summary>One file or folder on the repository's own level, and the model that was made of it when it last changed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsFolder">True for a folder, or a link to one.</param>
internal sealed record RepositoryEntry(string Name, bool IsFolder)
{
    private ulong _madeFor;
    private CatalogModel? _made;

    /// <summary>What was seen of it.</summary>
    public Sighting Sighting { get; } = new();

    /// <summary>The number of the look that last met it.</summary>
    public int Look { get; set; }

    /// <summary>True where <see cref="Model"/> would read it.</summary>
    public bool IsDue => _made is null || _madeFor != Sighting.Settled;

    /// <summary>The model of the entry as it counts; <paramref name="make"/> reads it where it changed.</summary>
    public CatalogModel Model(Func<IReadOnlyList<ModelDefinition>> make)
    {
        if (IsDue)
        {
            _made = new CatalogModel(make());
            _madeFor = Sighting.Settled;
        }

        return _made!;
    }
}
