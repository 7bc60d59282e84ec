namespace Bullpen.Core.Repository;

/// <summary>
/// An archive often holds one folder with everything in it, and whoever unpacks it keeps that: the model then lies one folder
/// deeper than it is registered.
/// </summary>
internal static class NestedFolder
{
    /// <summary>Scripts of servers that run them beside their models, and what packing adds; no model of ours.</summary>
    private static readonly string[] NoModels = ["code", UnpackedFolder.ManifestFolder, "__MACOSX"];

    /// <summary>The place one folder deeper, where that is the only folder in one that holds no model itself. No link is followed.</summary>
    internal static ModelPlace Of(ModelPlace place)
    {
        try
        {
            return NameIn(place.Path) is { } name ? place with { Path = Path.Combine(place.Path, name), Shown = place.ShownInside(name) } : place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads the place says what is wrong with it.
            return place;
        }
    }

    private static string? NameIn(string folder)
    {
        var listing = FolderListing.Read(folder);
        if (listing.Versions.Count > 0 || listing.Files.Any(IsOfAModel)) return null;
        string[] names =
        [
            .. new DirectoryInfo(folder).EnumerateDirectories()
                .Where(inner => inner.LinkTarget is null && !NoModels.Contains(inner.Name) && !inner.Name.StartsWith('.')).Select(inner => inner.Name).Take(2),
        ];
        return names.Length == 1 ? names[0] : null;
    }

    private static bool IsOfAModel(string file) =>
        ModelFileNames.IsOnnx(file) || ModelFileNames.IsOtherModel(file) || file == ModelManifestReader.FileName;
}
