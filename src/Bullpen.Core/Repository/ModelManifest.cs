namespace Bullpen.Core.Repository;

/// <summary>
/// What one model says of itself in its <c>model.json</c>. Every part is optional; a bare model file works with
/// <see cref="Empty"/>. The published JSON schema is docs/schemas/model.schema.json.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The most <see cref="Workers"/> that may be asked for: far more than cores, and few enough to list.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>The manifest of a model that has none.</summary>
    public static ModelManifest Empty { get; } = new();

    /// <summary>One or two sentences for people.</summary>
    public string? Description { get; init; }

    /// <summary>What free-form request data means; default <see cref="InputKind.Auto"/>.</summary>
    public InputKind Input { get; init; } = InputKind.Auto;

    /// <summary>
    /// The columns of a model that takes one matrix, in the matrix's order. Null: the model's own metadata key
    /// <c>features</c> (a JSON array) or, without that, the order in which a request gives its columns.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>
    /// The class names of a classifier, in the order of its scores. Null: the model's own metadata key <c>classes</c>
    /// (comma-separated) or, without that, the labels that the model puts out.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>How many scores a prediction shows, best first; null shows all. At least 1.</summary>
    public int? TopK { get; init; }

    /// <summary>Which versions are served; null: the highest.</summary>
    public VersionPolicy? Versions { get; init; }

    /// <summary>How many requests may run in the model at once; null: the server's <c>--workers</c>. At least 1.</summary>
    public int? Workers { get; init; }

    /// <summary>True: once loaded, never evicted to make room. Default false.</summary>
    public bool Pin { get; init; }

    /// <summary>Where the model comes from, for people: a URL or a sentence.</summary>
    public string? Source { get; init; }

    /// <summary>The licence of the model's weights, for people: an SPDX identifier or a sentence.</summary>
    public string? Licence { get; init; }
}
