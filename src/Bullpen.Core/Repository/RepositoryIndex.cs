namespace Bullpen.Core.Repository;

/// <summary>
/// What the repository holds, kept up to date by looking again. The first look reads everything: the first 4 KiB of each
/// model file and every manifest. A later one compares names, lengths and write times, and reads only what changed and has
/// been the same in two looks; what did not change keeps its very definitions. One thread at a time.
/// </summary>
/// <param name="folder">The repository, as <see cref="ModelRepository"/> takes it.</param>
/// <param name="modelsConfig">The models.json, as <see cref="ModelRepository"/> takes it.</param>
public sealed class RepositoryIndex(string folder, string? modelsConfig = null)
{
    private const string ConfigFolder = "config";

    private readonly Dictionary<(string Name, bool IsFolder), RepositoryEntry> _entries = [];
    private readonly Sighting _config = new();
    private readonly ConfigPlaces _configPlaces = new();
    private readonly string _root = Path.GetFullPath(folder);
    private IReadOnlyList<ModelDefinition> _configured = [];
    private List<string> _configWarnings = [];
    private bool _isConfigDue;
    private bool _isRead;
    private bool _isDirty;
    private int _looks;

    /// <summary>What the last look that succeeded found.</summary>
    public RepositoryContents Contents { get; private set; } = new([], []);

    /// <summary>Looks through the repository.</summary>
    /// <returns>True where <see cref="Contents"/> changed.</returns>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelSourceNotFound"/>: there is no such folder or no such models.json, in one line that
    /// names it as the operator did. <see cref="ServingErrorKind.InvalidModel"/>: models.json as a whole cannot be read.
    /// <see cref="Contents"/> then stay as they were.
    /// </exception>
    public bool Look()
    {
        var isFirst = !_isRead;
        var found = ListRoot();
        var config = FindConfig();
        _looks++;

        // Kept until the contents are made anew: what one look saw and could not finish, the next one finishes.
        _isDirty |= SeeEntries(found, isFirst);
        _isDirty |= SeeConfig(config, isFirst);
        if (!_isDirty && !isFirst)
            return false;
        Contents = Assemble();
        _isDirty = false;
        _isRead = true;
        return true;
    }

    /// <summary>True where models.json, or a place that it names, changed and was read again.</summary>
    private bool SeeConfig(string? config, bool isFirst)
    {
        var signature = config is null ? Sighting.Nothing : PlaceSignature.Mix(PlaceSignature.OfText(config), PlaceSignature.OfFile(config));
        _isConfigDue |= _config.See(signature, isFirst) | _configPlaces.See(isFirst);
        if (!_isConfigDue || !_config.IsSettled)
            return false;

        _isConfigDue = false;
        var warnings = new List<string>();
        try
        {
            _configured = config is null ? [] : new ModelsConfig(config, folder, _configPlaces, isFirst).Read(warnings);
            _configPlaces.ForgetUnread();
        }
        catch (ServingException e) when (!isFirst)
        {
            // What it said before holds until it can be read again; nothing else is held up by it.
            warnings.Add($"{e.Message} What it listed before is kept.");
        }

        _configWarnings = warnings;
        return true;
    }

    private List<(string Name, bool IsFolder, ulong Signature)> ListRoot()
    {
        try
        {
            return PlaceSignature.OfEntries(_root);
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

    private bool SeeEntries(List<(string Name, bool IsFolder, ulong Signature)> found, bool atOnce)
    {
        // A folder NAME beside NAME.onnx may hold only the file's manifest: the two are one place, and settle together.
        var files = FilesByModel(found.Where(f => !f.IsFolder).Select(f => (f.Name, f.Signature)));
        var changed = false;
        foreach (var (name, isFolder, signature) in found)
        {
            if (!_entries.TryGetValue((name, isFolder), out var entry))
                _entries.Add((name, isFolder), entry = new RepositoryEntry(name, isFolder));
            entry.Look = _looks;
            var whole = isFolder && files.TryGetValue(name, out var file) ? PlaceSignature.Mix(signature, file.Item) : signature;
            changed |= entry.Sighting.See(whole, atOnce);
        }

        foreach (var (key, entry) in _entries)
        {
            if (entry.Look == _looks)
                continue;
            changed |= entry.Sighting.See(Sighting.Nothing, atOnce);
            if (entry.Sighting is { Settled: Sighting.Nothing, IsSettled: true })
                _entries.Remove(key);
        }

        return changed;
    }

    private RepositoryContents Assemble()
    {
        var warnings = new List<string>(_configWarnings);
        var found = new Dictionary<string, CatalogModel>(StringComparer.Ordinal);
        foreach (var model in _configured.GroupBy(d => d.Id.Name, StringComparer.Ordinal))
            found.Add(model.Key, new CatalogModel(model));

        RepositoryEntry[] entries = [.. _entries.Values.Where(e => e.Sighting.Settled != Sighting.Nothing).OrderBy(e => e.Name, StringComparer.Ordinal)];
        AddFolders(found, entries, warnings);
        AddFiles(found, entries.Where(e => !e.IsFolder), warnings);

        var earlier = Contents.Models.ToDictionary(m => m.Name, StringComparer.Ordinal);
        var models = found.Values.Select(m => m.Keeping(earlier.GetValueOrDefault(m.Name))).OrderBy(m => m.Name, StringComparer.Ordinal);
        CatalogModel[] all = [.. models];
        warnings.AddRange(all.SelectMany(VersionLabels.Stale));
        return new RepositoryContents(all, warnings);
    }

    private void AddFolders(Dictionary<string, CatalogModel> found, RepositoryEntry[] entries, List<string> warnings)
    {
        var layout = new ModelLayout(ModelOrigin.Repository);
        var files = FilesByModel(entries.Where(e => !e.IsFolder).Select(e => (e.Name, e.Sighting.Settled)));
        RepositoryEntry[] folders = [.. entries.Where(e => e.IsFolder && e.Name != ConfigFolder)];
        CatalogModel Read(RepositoryEntry entry) => entry.Model(() => FromFolder(layout, PlaceOf(entry, entry.Name), files.GetValueOrDefault(entry.Name).Name));

        // Each entry is read by itself: at a start all cores read.
        Parallel.ForEach(folders.Where(e => e.IsDue && !found.ContainsKey(Printable.Text(e.Name))), e => Read(e));
        foreach (var entry in folders)
        {
            var place = PlaceOf(entry, entry.Name);
            if (found.ContainsKey(place.Name))
                warnings.Add($"The folder {place.Shown} is passed over: {ModelsConfig.FileName} lists a model {place.Name}.");
            else
                found.Add(place.Name, Read(entry));
        }
    }

    private IReadOnlyList<ModelDefinition> FromFolder(ModelLayout layout, ModelPlace place, string? modelFile)
    {
        if (InvalidName(layout, place) is { } invalid)
            return [invalid];
        if (modelFile is null || !HoldsNoModel(place.Path, out var manifest))
            return layout.FromFolder(place);

        var shown = Printable.Text(modelFile);
        return layout.FromFile(place with { Path = Path.Combine(_root, modelFile), Url = shown, Shown = shown }, manifest);
    }

    private void AddFiles(Dictionary<string, CatalogModel> found, IEnumerable<RepositoryEntry> files, List<string> warnings)
    {
        var layout = new ModelLayout(ModelOrigin.Repository);
        foreach (var entry in files.Where(f => ModelFileNames.IsOnnx(f.Name)))
        {
            var place = PlaceOf(entry, ModelFileNames.ModelNameOf(entry.Name));
            if (!found.TryGetValue(place.Name, out var known))
                found.Add(place.Name, entry.Model(() => InvalidName(layout, place) is { } invalid ? [invalid] : layout.FromFile(place)));
            else if (known.Default.Path != place.Path)
                warnings.Add($"The file {place.Shown} is passed over: there is another model {place.Name}, from {known.Default.Url}.");
        }

        // A pickle beside the ONNX model that was made from it is no fault, so these come last and without a warning.
        foreach (var entry in files.Where(f => !ModelFileNames.IsOnnx(f.Name) && ModelFileNames.IsOtherModel(f.Name)))
        {
            var place = PlaceOf(entry, ModelFileNames.ModelNameOf(entry.Name));
            if (!found.ContainsKey(place.Name))
                found.Add(place.Name, entry.Model(() => [layout.Broken(place, ModelLayout.OtherModelFault(place.Path, place.Shown))]));
        }
    }

    private static Dictionary<string, (string Name, ulong Item)> FilesByModel(IEnumerable<(string Name, ulong Item)> files) =>
        files.Where(f => ModelFileNames.IsOnnx(f.Name))
            .DistinctBy(f => ModelFileNames.ModelNameOf(f.Name), StringComparer.Ordinal)
            .ToDictionary(f => ModelFileNames.ModelNameOf(f.Name), StringComparer.Ordinal);

    /// <summary>True for a folder NAME, beside NAME.onnx, that holds no model; if it holds a manifest, that is the file's.</summary>
    private static bool HoldsNoModel(string path, out string? manifest)
    {
        manifest = null;
        try
        {
            var listing = FolderListing.Read(path);
            if (listing.Files.Contains(ModelManifestReader.FileName))
                manifest = Path.Combine(path, ModelManifestReader.FileName);
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

    private ModelPlace PlaceOf(RepositoryEntry entry, string name)
    {
        var shown = Printable.Text(entry.Name);
        return new ModelPlace(Printable.Text(name), Path.Combine(_root, entry.Name), shown, shown) { Signature = entry.Sighting.Settled };
    }
}
