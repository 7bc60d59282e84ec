using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>XX.</summary>
internal static class UnpackedFolder
{
    /// <summary>The folder of the manifest, beside the model.</summary>
    internal const string ManifestFolder = "MAR-INF";
    private const string ManifestFile = "MANIFEST.json";
    private const int MaxManifestBytes = 1024 * 1024;
    private const int MaxNames = 10_000;

    /// <summary>The model's name by MAR-INF/MANIFEST.json (modelName, or model.modelName); null where that says nothing, or is not there.</summary>
    /// <remarks>Source: Manifest.java of awslabs/multi-model-server.</remarks>
    public static string? ModelName(string folder)
    {
        if (Manifest(folder) is not { } file) return null;
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 32 });
            return NameIn(manifest.RootElement) ?? (manifest.RootElement.ValueKind == JsonValueKind.Object
                && manifest.RootElement.TryGetProperty("model", out var model) ? NameIn(model) : null);
        }
        catch (JsonException)
        {
            // The name that it would have given is only a default; the url gives one too.
            return null;
        }
    }

    /// <summary>The sentence on a .mar without an ONNX model; null for any other folder.</summary>
    public static string? InspectModelArchive(string folder, string shownAs)
    {
        if (Manifest(folder) is null) return null;
        string[] names = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Take(MaxNames).Select(file => Path.GetFileName(file))];
        return names.Any(ModelFileNames.IsOnnx) ? null : ArchiveSignatures.ModelArchive(names).Sentence(shownAs);
    }

    private static string? Manifest(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, ManifestFolder, ManifestFile));
        return file.Exists && file.Length <= MaxManifestBytes ? file.FullName : null;
    }

    private static string? NameIn(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("modelName", out var name) && name.ValueKind == JsonValueKind.String
        && name.GetString() is { Length: > 0 } text ? text : null;
}
