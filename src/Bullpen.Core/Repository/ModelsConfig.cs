using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>
/// A <c>models.json</c>: models by name, each with a path (relative to this file), an input type, a version and any key of a
/// manifest. As an array, as <c>{"models": …}</c>, or as a map from names to entries. Schema: docs/schemas/models.schema.json.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="repositoryFolder">What the places of models are shown relative to.</param>
/// <param name="places">What is remembered of the places that it names.</param>
/// <param name="atOnce">True: places that are new count without a second look.</param>
internal sealed class ModelsConfig(string path, string repositoryFolder, ConfigPlaces places, bool atOnce)
{
    /// <summary>The name under which it is looked for.</summary>
    public const string FileName = "models.json";

    /// <summary>The largest one that is read: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The keys of an entry that are none of the manifest's.</summary>
    internal static readonly IReadOnlyList<string> OwnKeys = ["id", "type", "path", "version"];

    private const string Models = "models";
    private const string Schema = "$schema";

    private readonly string _shown = Path.GetFileName(path);
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    private readonly string _repository = Path.GetFullPath(repositoryFolder);

    /// <summary>Reads every entry; what is wrong with one becomes the fault of its definition.</summary>
    /// <param name="warnings">Gets a sentence for every version that is listed again.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidModel"/>: the file as a whole cannot be read.</exception>
    public IReadOnlyList<ModelDefinition> Read(List<string> warnings) => JsonFile.Read(path, _shown, MaxBytes, root =>
    {
        var definitions = new List<ModelDefinition>();
        var known = new HashSet<ModelId>();
        var isWhole = true;
        foreach (var entry in Entries(root))
        {
            var versions = FromEntry(entry.Id, entry.Shown, entry.Entry);
            isWhole &= versions.Count > 0;
            foreach (var definition in versions)
            {
                if (known.Add(definition.Id))
                    definitions.Add(definition);
                else
                    warnings.Add($"{_shown} lists version {definition.Id.Version} of {definition.Id.Name} again; the first entry counts.");
            }
        }

        // A label may stand for the version of an entry whose place is not at rest yet: then all is read again once it is.
        return isWhole ? [.. definitions.GroupBy(d => d.Id.Name, StringComparer.Ordinal).SelectMany(model => VersionLabels.Check([.. model], _shown))] : definitions;
    });

    private IEnumerable<(string? Id, string Shown, JsonElement Entry)> Entries(JsonElement root)
    {
        var models = root;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Models, out var inner) && IsListOfModels(inner))
        {
            models = inner;
            var other = root.EnumerateObject().FirstOrDefault(p => p.Name is not (Models or Schema));
            if (other.Value.ValueKind != JsonValueKind.Undefined)
                throw Invalid($"{_shown}: unknown key \"{Printable.Text(other.Name, 64)}\" beside \"{Models}\".");
        }

        return models.ValueKind switch
        {
            JsonValueKind.Array => models.EnumerateArray().Select((e, i) => ((string?)null, $"{_shown}, entry {i + 1}", e)),
            JsonValueKind.Object => models.EnumerateObject().Where(p => p.Name != Schema)
                .Select(p => ((string?)p.Name, $"{_shown}, entry \"{Printable.Text(p.Name, ModelName.MaxLength)}\"", p.Value)),
            _ => throw Invalid($"{_shown}: expected an array of models or an object, got {ManifestKey.Describe(models)}."),
        };
    }

    /// <summary>False for an entry of a map that happens to be called <c>models</c>: an entry has a path, which is a string.</summary>
    private static bool IsListOfModels(JsonElement e) =>
        e.ValueKind == JsonValueKind.Array
        || (e.ValueKind == JsonValueKind.Object && !(e.TryGetProperty("path", out var p) && p.ValueKind == JsonValueKind.String));

    private IReadOnlyList<ModelDefinition> FromEntry(string? key, string shown, JsonElement entry)
    {
        var name = Printable.Text(key ?? NameIn(entry) ?? shown.Replace(", entry ", "#", StringComparison.Ordinal));
        var place = new ModelPlace(name, "", _shown, shown);
        try
        {
            return FromEntry(key, place, entry);
        }
        catch (ServingException e)
        {
            return [new ModelLayout(ModelOrigin.Config).Broken(place, e.Message, VersionIn(entry))];
        }
    }

    private IReadOnlyList<ModelDefinition> FromEntry(string? key, ModelPlace entryPlace, JsonElement entry)
    {
        var shown = entryPlace.Shown;
        ModelManifestReader.Read(entry, ModelManifest.Empty, shown, OwnKeys);

        var id = RequiredText(entry, "id", key, shown);
        if (!ModelName.IsValid(id))
            throw Invalid($"{shown}: \"{Printable.Text(id, ModelName.MaxLength)}\" is no valid model name. A name is {ModelName.Rule}.");
        if (key is not null && key != id)
            throw Invalid($"{shown}, key \"id\": expected \"{key}\", as the entry is called, got \"{Printable.Text(id, ModelName.MaxLength)}\".");

        var type = TypeIn(entry, shown);
        var version = VersionIn(entry);
        if (version is null && entry.TryGetProperty("version", out var given))
            throw ModelManifestReader.WrongValue("version", VersionOrder.Rule, given, shown);

        var relative = RequiredText(entry, "path", null, shown);
        var full = relative.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(relative, _folder);
        var url = Url(relative, full);
        var text = PlaceSignature.OfText(entry.GetRawText());
        return places.Read(full, PlaceSignature.Mix(text, PlaceSignature.OfText(shown)), atOnce, signature =>
        {
            var place = new ModelPlace(id, full, url, url) { Signature = signature };
            var layout = new ModelLayout(ModelOrigin.Config)
            {
                Version = version,
                Overlay = manifest => Overlay(entry, manifest, type, shown),
                Basis = text,
            };
            if (Directory.Exists(full))
                return layout.FromFolder(place);
            return File.Exists(full)
                ? layout.FromFile(place)
                : [layout.Broken(entryPlace, $"{shown}, key \"path\": there is no file and no folder {ShownPath(relative)}, relative to {_shown}.", version)];
        });
    }

    private static ModelManifest Overlay(JsonElement entry, ModelManifest manifest, InputKind? type, string shown)
    {
        var whole = ModelManifestReader.Read(entry, manifest, shown, OwnKeys);
        return type is null ? whole : whole with { Input = type.Value };
    }

    private static InputKind? TypeIn(JsonElement entry, string shown)
    {
        if (!entry.TryGetProperty("type", out var type))
            return null;

        var kind = ManifestKey.Input(type) ?? throw ModelManifestReader.WrongValue("type", ManifestKey.InputExpected, type, shown);
        return entry.TryGetProperty("input", out var input) && ManifestKey.Input(input) != kind
            ? throw Invalid($"{shown}: \"type\" and \"input\" mean the same and differ; give one.")
            : kind;
    }

    private static string RequiredText(JsonElement entry, string key, string? otherwise, string shown)
    {
        if (!entry.TryGetProperty(key, out var value))
            return otherwise ?? throw Invalid($"{shown}: the key \"{key}\" is missing.");
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw ModelManifestReader.WrongValue(key, "a string that is not empty", value, shown);
    }

    private static string? NameIn(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && id.GetString() is { Length: > 0 } name ? name : null;

    private static string? VersionIn(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("version", out var version) ? ManifestKey.Version(version) : null;

    /// <summary>Relative to the repository where the model lies there, else as it is written, but never absolute.</summary>
    private string Url(string relative, string full)
    {
        if (full.Length > 0 && RealPath.IsBelow(full, _repository))
            return Printable.Text(Path.GetRelativePath(_repository, full).Replace(Path.DirectorySeparatorChar, '/'));
        return ShownPath(relative);
    }

    private static string ShownPath(string given) =>
        Printable.Text(Path.IsPathRooted(given) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(given)) : given);

    private static ServingException Invalid(string message) => new(ServingErrorKind.InvalidModel, message);
}
