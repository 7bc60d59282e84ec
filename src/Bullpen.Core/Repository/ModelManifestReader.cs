using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>
/// Reads <c>model.json</c>, strictly: an unknown key or a value of the wrong kind is an error that names the key, so that a
/// slip is found at start and not in production. Comments and trailing commas are allowed. The published schema is
/// docs/schemas/model.schema.json.
/// </summary>
public static class ModelManifestReader
{
    /// <summary>The name of a manifest in a model's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>The largest manifest that is read: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a manifest from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownAs">How messages call it; no absolute path.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidModel"/> with a sentence on what is wrong.</exception>
    public static ModelManifest Read(string path, string shownAs = FileName) =>
        JsonFile.Read(path, shownAs, MaxBytes, root => Read(root, ModelManifest.Empty, shownAs, []));

    /// <summary>Lays what <paramref name="root"/> says over <paramref name="basis"/>, key by key.</summary>
    /// <param name="root">An object of manifest keys.</param>
    /// <param name="basis">What holds for keys that are not given.</param>
    /// <param name="shownAs">How messages call the place.</param>
    /// <param name="otherKeys">Keys that are allowed here and are none of the manifest's.</param>
    internal static ModelManifest Read(JsonElement root, ModelManifest basis, string shownAs, IReadOnlyList<string> otherKeys)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Invalid($"{shownAs}: expected an object, got {ManifestKey.Describe(root)}.", null, "an object", ManifestKey.Describe(root));

        var manifest = basis;
        foreach (var property in root.EnumerateObject())
        {
            if (otherKeys.Contains(property.Name))
                continue;
            var key = ManifestKey.All.FirstOrDefault(k => k.Name == property.Name) ?? throw Unknown(property.Name, shownAs, otherKeys);
            manifest = key.Apply(manifest, property.Value) ?? throw WrongValue(key.Name, key.Expected, property.Value, shownAs);
        }

        return manifest;
    }

    /// <summary>The error for a key whose value is not what it takes.</summary>
    internal static ServingException WrongValue(string key, string expected, JsonElement value, string shownAs) =>
        Invalid($"{shownAs}, key \"{key}\": expected {expected}, got {ManifestKey.Describe(value)}.", key, expected, ManifestKey.Describe(value));

    private static ServingException Unknown(string name, string shownAs, IReadOnlyList<string> otherKeys)
    {
        const int longest = 64;
        var known = ManifestKey.All.Select(k => k.Name).Concat(otherKeys);
        var near = NearNames.Find(name, known, 3);
        var shown = Printable.Text(name, longest);
        var hint = near.Count > 0
            ? $" Did you mean {string.Join(" or ", near.Select(n => $"\"{n}\""))}?"
            : $" The keys are {string.Join(", ", known)}.";
        return new ServingException(ServingErrorKind.InvalidModel, $"{shownAs}: unknown key \"{shown}\".{hint}") { Field = shown, Suggestions = near };
    }

    private static ServingException Invalid(string message, string? field, string expected, string actual) =>
        new(ServingErrorKind.InvalidModel, message) { Field = field, Expected = expected, Actual = actual };
}
