namespace Bullpen.Core.Repository;

/// <summary>
/// The folder that says which models exist. Found are <c>NAME.onnx</c>, <c>NAME/model.onnx</c> (or the only .onnx file
/// there), <c>NAME/&lt;n&gt;/model.onnx</c>, <c>NAME/model.json</c> beside any of them, and what a <c>models.json</c> lists.
/// A broken entry becomes a definition with a fault and harms no other. Of several entries of one name the first counts, in
/// this order: models.json, folder, .onnx file, file of another kind.
/// </summary>
/// <param name="folder">The repository, as the operator gave it.</param>
/// <param name="modelsConfig">
/// The <c>models.json</c> to read, as the operator gave it; null to look for <c>models.json</c>, then
/// <c>config/models.json</c>, in the repository.
/// </param>
public sealed class ModelRepository(string folder, string? modelsConfig = null)
{
    private const string ConfigFolder = "config";

    /// <summary>
    /// Looks through the repository once, one enumeration for its own level. Reads the first 4 KiB of each model file and
    /// every manifest.
    /// </summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelSourceNotFound"/>: there is no such folder or no such models.json, in one line that
    /// names it as the operator did. <see cref="ServingErrorKind.InvalidModel"/>: models.json as a whole cannot be read.
    /// </exception>
    public RepositoryContents Scan()
    {
        var entries = ListRoot();
        var warnings = new List<string>();
        var found = new Dictionary<string, CatalogModel>(StringComparer.Ordinal);
        if (FindConfig() is { } config)
            Add(found, new ModelsConfig(config, folder).Read(warnings));

        AddFolders(found, entries.OfType<DirectoryInfo>(), entries.OfType<FileInfo>(), warnings);
        AddFiles(found, entries.OfType<FileInfo>(), warnings);
        return new RepositoryContents([.. found.Values.OrderBy(m => m.Name, StringComparer.Ordinal)], warnings);
    }

    private FileSystemInfo[] ListRoot()
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => !e.Name.StartsWith('.')).OrderBy(e => e.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = File.Exists(folder) ? "is a file, not a folder"
                : Directory.Exists(folder) ? $"cannot be read: {FileSample.Reason(e)}"
                : "does not exist";
            throw new ServingException(ServingErrorKind.ModelSourceNotFound, $"The model repository {folder} {reason}.", e);
        }
    }

    private string? FindConfig()
    {
        if (modelsConfig is not null)
        {
            return File.Exists(modelsConfig)
                ? modelsConfig
                : throw new ServingException(ServingErrorKind.ModelSourceNotFound, $"The models configuration {modelsConfig} does not exist.");
        }

        string[] places = [Path.Combine(folder, ModelsConfig.FileName), Path.Combine(folder, ConfigFolder, ModelsConfig.FileName)];
        return Array.Find(places, File.Exists);
    }

    private static void AddFolders(
        Dictionary<string, CatalogModel> found, IEnumerable<DirectoryInfo> folders, IEnumerable<FileInfo> files, List<string> warnings)
    {
        Dictionary<string, FileInfo>? modelFiles = null;
        var layout = new ModelLayout(ModelOrigin.Repository);
        foreach (var entry in folders.Where(f => f.Name != ConfigFolder))
        {
            modelFiles ??= OnnxFilesByName(files);
            var place = PlaceOf(entry, entry.Name);
            if (found.ContainsKey(place.Name))
                warnings.Add($"The folder {place.Shown} is passed over: {ModelsConfig.FileName} lists a model {place.Name}.");
            else if (InvalidName(layout, place) is { } invalid)
                Add(found, [invalid]);
            else if (modelFiles.TryGetValue(entry.Name, out var file) && HoldsNoModel(entry, out var manifest))
                Add(found, layout.FromFile(PlaceOf(file, place.Name), manifest));
            else
                Add(found, layout.FromFolder(place));
        }
    }

    private static void AddFiles(Dictionary<string, CatalogModel> found, IEnumerable<FileInfo> files, List<string> warnings)
    {
        var layout = new ModelLayout(ModelOrigin.Repository);
        foreach (var entry in files.Where(f => ModelFileNames.IsOnnx(f.Name)))
        {
            var place = PlaceOf(entry, ModelFileNames.ModelNameOf(entry.Name));
            if (!found.TryGetValue(place.Name, out var known))
                Add(found, InvalidName(layout, place) is { } invalid ? [invalid] : layout.FromFile(place));
            else if (known.Default.Path != place.Path)
                warnings.Add($"The file {place.Shown} is passed over: there is another model {place.Name}, from {known.Default.Url}.");
        }

        // A pickle beside the ONNX model that was made from it is no fault, so these come last and without a warning.
        foreach (var entry in files.Where(f => !ModelFileNames.IsOnnx(f.Name) && ModelFileNames.IsOtherModel(f.Name)))
        {
            var place = PlaceOf(entry, ModelFileNames.ModelNameOf(entry.Name));
            if (!found.ContainsKey(place.Name))
                Add(found, [layout.Broken(place, ModelLayout.OtherModelFault(place.Path, place.Shown))]);
        }
    }

    private static Dictionary<string, FileInfo> OnnxFilesByName(IEnumerable<FileInfo> files) =>
        files.Where(f => ModelFileNames.IsOnnx(f.Name))
            .DistinctBy(f => ModelFileNames.ModelNameOf(f.Name), StringComparer.Ordinal)
            .ToDictionary(f => ModelFileNames.ModelNameOf(f.Name), StringComparer.Ordinal);

    /// <summary>True for a folder NAME, beside NAME.onnx, that holds no model; if it holds a manifest, that is the file's.</summary>
    private static bool HoldsNoModel(DirectoryInfo entry, out string? manifest)
    {
        manifest = null;
        try
        {
            var listing = FolderListing.Read(entry.FullName);
            if (listing.Files.Contains(ModelManifestReader.FileName))
                manifest = Path.Combine(entry.FullName, ModelManifestReader.FileName);
            return listing.Versions.Count == 0 && !listing.Files.Any(f => ModelFileNames.IsOnnx(f) || ModelFileNames.IsOtherModel(f));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is then listed as the broken entry that it is.
            return false;
        }
    }

    private static ModelDefinition? InvalidName(ModelLayout layout, ModelPlace place) =>
        ModelName.IsValid(place.Name) ? null : layout.Broken(place, $"{place.Shown} gives no valid model name. A name is {ModelName.Rule}.");

    private static ModelPlace PlaceOf(FileSystemInfo entry, string name)
    {
        var shown = Printable.Text(entry.Name);
        return new ModelPlace(Printable.Text(name), entry.FullName, shown, shown);
    }

    private static void Add(Dictionary<string, CatalogModel> found, IReadOnlyList<ModelDefinition> definitions)
    {
        foreach (var model in definitions.GroupBy(d => d.Id.Name, StringComparer.Ordinal))
            found.TryAdd(model.Key, new CatalogModel(model));
    }
}
