using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bullpen.Onnx.Graphs;

/// <summary>What <c>entry.json</c> says of the files beside it, or, of a model that is not worth them, why.</summary>
internal sealed record EntryManifest
{
    /// <summary>The name of the manifest's file.</summary>
    public const string FileName = "entry.json";

    private const long Slack = 64L << 20;

    /// <summary>The optimised graph.</summary>
    public EntryFile? Graph { get; init; }

    /// <summary>Its weights, packed for this processor.</summary>
    public EntryFile? Weights { get; init; }

    /// <summary>Private memory of a session of this entry, in bytes.</summary>
    public long PrivateBytes { get; init; }

    /// <summary>Bytes that such a session maps of the weights.</summary>
    public long MappedBytes { get; init; }

    /// <summary>How long creating a session of the original took beside this one, at the same priority.</summary>
    public double OriginalMilliseconds { get; init; }

    /// <summary>How long creating a session of the entry took.</summary>
    public double EntryMilliseconds { get; init; }

    /// <summary>Why there is no entry for this content; null where there is.</summary>
    public string? Refusal { get; init; }

    /// <summary>Bytes on disk.</summary>
    [JsonIgnore]
    public long Length => (Graph?.Length ?? 0) + (Weights?.Length ?? 0);

    /// <summary>Reads a manifest; null where there is none that says what it must.</summary>
    public static EntryManifest? Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), EntryManifestJson.Default.EntryManifest);
            return manifest is { Refusal: not null } || manifest?.IsPlausible() == true ? manifest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The checksums are of the other files, and what is reserved comes from here: a digit that changed must not claim more than
    /// those files could take, nor nothing for weights that are mapped.
    /// </summary>
    private bool IsPlausible() =>
        this is { Graph.Length: > 0, Weights.Length: > 0, PrivateBytes: >= 0, MappedBytes: > 0 }
        && MappedBytes <= Slack + (2 * Length)
        && PrivateBytes <= Slack + (2 * Length);

    /// <summary>Writes it, last of an entry's files, so that what has one is complete.</summary>
    public void Write(string path)
    {
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, this, EntryManifestJson.Default.EntryManifest);
        file.Flush(flushToDisk: true);
    }
}
