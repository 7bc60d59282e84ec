using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>
/// What one model says of itself in its <c>model.json</c>. Every part is optional; a bare model file works with
/// <see cref="Empty"/>. The published JSON schema is docs/schemas/model.schema.json.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The largest number of <see cref="Workers"/>: more permits than this are no limit any more.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>The largest number of inputs in <see cref="WarmUp"/>.</summary>
    public const int MaxWarmUps = 100;

    /// <summary>The highest <see cref="Priority"/>; its negative is the lowest.</summary>
    public const int MaxPriority = 100;

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

    /// <summary>
    /// Names that stand for versions which are served, as clients of TensorFlow Serving ask by them; null: there are none. See
    /// <see cref="Repository.VersionLabels"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? VersionLabels { get; init; }

    /// <summary>How many requests may run in the model at once; null: the server's <c>--workers</c>. From 1 to <see cref="MaxWorkers"/>.</summary>
    public int? Workers { get; init; }

    /// <summary>
    /// How many rows one request may have, at least 1; null: as many as it likes. Only for a model whose rows can be counted
    /// (<see cref="ModelDescription.BatchObstacle"/>); another one does not load with it.
    /// </summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>True: once loaded, never evicted to make room. Default false.</summary>
    public bool Pin { get; init; }

    /// <summary>Of models that could be evicted those of lower priority go first, whatever they are worth. Default 0; from -100 to 100.</summary>
    public int Priority { get; init; }

    /// <summary>For how long after a load the model is evicted only where nothing else is left; null: the server's <c>--min-residency</c>.</summary>
    public TimeSpan? MinResidency { get; init; }

    /// <summary>
    /// Time without use after which the model is unloaded; <see cref="Timeout.InfiniteTimeSpan"/>: never; null: the server's
    /// <c>--idle-ttl</c>.
    /// </summary>
    public TimeSpan? IdleTtl { get; init; }

    /// <summary>True: loaded when the server starts, as far as there is room. Default false.</summary>
    public bool Preload { get; init; }

    /// <summary>
    /// Inputs in the forms that <c>input_data</c> takes, each run once after a load and before the model is ready; at most
    /// <see cref="MaxWarmUps"/>. Default none.
    /// </summary>
    public IReadOnlyList<JsonElement> WarmUp { get; init; } = [];

    /// <summary>Where the model comes from, for people: a URL or a sentence.</summary>
    public string? Source { get; init; }

    /// <summary>The licence of the model's weights, for people: an SPDX identifier or a sentence.</summary>
    public string? Licence { get; init; }
}
