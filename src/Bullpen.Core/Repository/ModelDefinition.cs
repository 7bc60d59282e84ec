using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Repository;

/// <summary>
/// One version of one model as it was registered: immutable, and compared by reference, so that a model deleted and
/// registered again under the same name is another model to the cache, whatever its file.
/// </summary>
public sealed class ModelDefinition
{
    /// <summary>Name and version.</summary>
    public required ModelId Id { get; init; }

    /// <summary>The absolute path of the model's main file; never shown to a caller. Empty where <see cref="Fault"/> is set and no file was found.</summary>
    public required string Path { get; init; }

    /// <summary>Where the model lies as callers are shown it: as it was registered, or relative to the repository.</summary>
    public required string Url { get; init; }

    /// <summary>How the model became known.</summary>
    public required ModelOrigin Origin { get; init; }

    /// <summary>What the model says of itself.</summary>
    public ModelManifest Manifest { get; init; } = ModelManifest.Empty;

    /// <summary>Why this entry cannot be served, as a sentence without absolute paths; null where nothing is known against it.</summary>
    public string? Fault { get; init; }

    /// <summary>Lengths and write times of the files that it was made of, folded into one number; 0 where nobody compares it.</summary>
    internal ulong Signature { get; init; }

    /// <summary>True where another look at unchanged files made both.</summary>
    internal bool IsMadeOfTheSame(ModelDefinition other) =>
        Id == other.Id && Signature == other.Signature && Path == other.Path && Url == other.Url && Origin == other.Origin && Fault == other.Fault;

    /// <summary>The same definition, which cannot be served for this reason.</summary>
    internal ModelDefinition With(string fault) =>
        new() { Id = Id, Path = Path, Url = Url, Origin = Origin, Manifest = Manifest, Fault = fault, Signature = Signature };

    /// <summary>The file as the runtime takes it.</summary>
    public ModelFile File => new(Id.Name, Path);
}
