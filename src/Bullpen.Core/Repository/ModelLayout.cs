namespace Bullpen.Core.Repository;

/// <summary>
/// Makes definitions of what lies in one place: a model file, or a folder in any of the layouts <c>model.onnx</c>,
/// <c>&lt;the only&gt;.onnx</c>, <c>&lt;n&gt;/model.onnx</c>, each with or without <c>model.json</c>. Whatever is wrong
/// becomes the <see cref="ModelDefinition.Fault"/> of a definition; nothing is thrown for it.
/// </summary>
/// <param name="origin">How the models become known.</param>
internal sealed class ModelLayout(ModelOrigin origin)
{
    private const int MaxNamesShown = 5;

    /// <summary>What is laid over the manifest of the place; it may throw <see cref="ServingException"/> for what it holds itself.</summary>
    public Func<ModelManifest, ModelManifest>? Overlay { get; init; }

    /// <summary>The version to give to a place without versions, or to pick in one with; null for <c>1</c> and the manifest's policy.</summary>
    public string? Version { get; init; }

    /// <summary>The real path that no file may lead out of; null for places that the operator answers for.</summary>
    public string? ConfinedTo { get; init; }

    /// <summary>The signature of whatever else the definitions are made of, such as the entry of a models.json.</summary>
    public ulong Basis { get; init; }

    /// <summary>The model of a single file.</summary>
    /// <param name="place">The file.</param>
    /// <param name="manifestPath">Its manifest, or null.</param>
    public IReadOnlyList<ModelDefinition> FromFile(ModelPlace place, string? manifestPath = null) => Guarded(place, () =>
    {
        var shown = $"{place.Name}/{ModelManifestReader.FileName}";
        return Checked([Single(place, place.Path, place.Shown, ReadManifest(manifestPath, shown))], shown);
    });

    /// <summary>The versions of the model in a folder; a single one with a fault where none can be found.</summary>
    public IReadOnlyList<ModelDefinition> FromFolder(ModelPlace place) => Guarded(
        place, () => Checked(FromListing(place, FolderListing.Read(place.Path)), place.ShownInside(ModelManifestReader.FileName)));

    /// <summary>A definition that says what is wrong with a place.</summary>
    public ModelDefinition Broken(ModelPlace place, string fault, string? version = null) =>
        Define(place, version ?? Version ?? ModelId.FirstVersion, "", ModelManifest.Empty, fault, place.Signature);

    /// <summary>Several entries of a models.json may make one model: there its labels are checked when all are read.</summary>
    private IReadOnlyList<ModelDefinition> Checked(IReadOnlyList<ModelDefinition> versions, string shown) =>
        origin == ModelOrigin.Config ? versions : VersionLabels.Check(versions, shown);

    private IReadOnlyList<ModelDefinition> FromListing(ModelPlace place, FolderListing listing)
    {
        var manifestPath = listing.Files.Contains(ModelManifestReader.FileName) ? Path.Combine(place.Path, ModelManifestReader.FileName) : null;
        var manifest = ReadManifest(manifestPath, place.ShownInside(ModelManifestReader.FileName));
        var hasModelFile = listing.Files.Any(ModelFileNames.IsOnnx);
        if (listing.Versions.Count == 0)
        {
            (var file, var fault) = FindModelFile(place.Path, listing, n => place.ShownInside(n), place.Shown);
            return file is null
                ? [Broken(place, fault!)]
                : [Single(place, Path.Combine(place.Path, file), place.ShownInside(file), manifest)];
        }

        return hasModelFile
            ? [Broken(place, $"{place.Shown} holds both a model file and version folders ({Listed(listing.Versions)}); keep one of the two.")]
            : Versions(place, listing.Versions, manifest, manifestPath);
    }

    private List<ModelDefinition> Versions(
        ModelPlace place, IReadOnlyList<string> highestFirst, ModelManifest manifest, string? manifestPath)
    {
        // Each version is made of its own files: a version that comes or goes leaves the others what they were.
        var manifestSignature = manifestPath is null ? Sighting.Nothing : PlaceSignature.OfFile(manifestPath);
        var policy = Version is null ? manifest.Versions ?? VersionPolicy.Default : new VersionPolicy(null, [Version]);
        if (policy.Specific is { } specific)
        {
            return [.. specific.Select(v => highestFirst.Contains(v)
                ? OneVersion(place, v, manifest, manifestSignature)
                : Broken(place, $"{place.Shown} has no version {v}, which is asked for; it has {Listed(highestFirst)}.", v))];
        }

        // A broken version is listed but does not count, so that a half-copied newest one leaves the one before it in service.
        var definitions = new List<ModelDefinition>();
        var wanted = policy.Latest ?? int.MaxValue;
        foreach (var version in highestFirst)
        {
            if (wanted == 0)
                break;
            var definition = OneVersion(place, version, manifest, manifestSignature);
            definitions.Add(definition);
            if (definition.Fault is null)
                wanted--;
        }

        return definitions;
    }

    private ModelDefinition OneVersion(ModelPlace place, string version, ModelManifest manifest, ulong manifestSignature)
    {
        return Guarded(place, () =>
        {
            // Before anything in it is listed: the names of files elsewhere are not for callers either.
            if (Confine(Path.Combine(place.Path, version)) is not { } folder)
                return [Broken(place, LeadsOut(place.ShownInside(version)), version)];

            var own = place with { Signature = PlaceSignature.Mix(PlaceSignature.OfFolder(folder), manifestSignature) };
            (var file, var fault) = FindModelFile(folder, FolderListing.Read(folder), n => place.ShownInside(version, n), place.ShownInside(version));
            return file is null
                ? [Broken(own, fault!, version)]
                : [FromModelFile(own, version, Path.Combine(folder, file), place.ShownInside(version, file), manifest)];
        }, version)[0];
    }

    private ModelDefinition Single(ModelPlace place, string path, string shown, ModelManifest manifest)
    {
        var version = Version ?? ModelId.FirstVersion;
        return manifest.Versions?.Specific is { } specific && Version is null && !specific.Contains(version)
            ? Broken(place, $"{place.Shown} has no version folders, so its only version is {version}; \"versions\" asks for {Listed(specific)}.")
            : FromModelFile(place, version, path, shown, manifest);
    }

    private ModelDefinition FromModelFile(ModelPlace place, string version, string path, string shown, ModelManifest manifest) =>
        Confine(path) is { } real
            ? Define(place, version, real, manifest, ModelFileInspector.Inspect(real, shown), place.Signature)
            : Broken(place, LeadsOut(shown), version);

    private ModelManifest ReadManifest(string? path, string shown)
    {
        var manifest = ModelManifest.Empty;
        if (path is not null)
        {
            var real = Confine(path) ?? throw new ServingException(ServingErrorKind.InvalidModel, LeadsOut(shown));
            manifest = ModelManifestReader.Read(real, shown);
        }

        return Overlay is null ? manifest : Overlay(manifest);
    }

    private (string? File, string? Fault) FindModelFile(string folder, FolderListing listing, Func<string, string> shownFile, string shownFolder)
    {
        string[] models = [.. listing.Files.Where(ModelFileNames.IsOnnx)];
        if (models.Contains(ModelFileNames.Default))
            return (ModelFileNames.Default, null);
        if (models.Length == 1)
            return (models[0], null);
        if (models.Length > 1)
            return (null, $"{shownFolder} holds several .onnx files ({Listed(models)}) and none is called model.onnx; keep one, or give one that name.");

        var fault = ModelFileInspector.InspectFolder(folder, shownFolder);
        if (fault is null && listing.Files.FirstOrDefault(ModelFileNames.IsOtherModel) is { } other)
            fault = Confine(Path.Combine(folder, other)) is { } real ? OtherModelFault(real, shownFile(other)) : LeadsOut(shownFile(other));
        if (fault is null && listing is { Files.Count: 0, Versions.Count: 0, HasOtherFolders: false })
            fault = $"{shownFolder} is an empty folder.";
        return (null, fault ?? $"{shownFolder} holds no model: expected model.onnx, a single .onnx file, or version folders such as 1/model.onnx.");
    }

    /// <summary>What is wrong with a model file that is not called <c>.onnx</c>.</summary>
    internal static string OtherModelFault(string path, string shown) =>
        ModelFileInspector.Inspect(path, shown) ?? $"{shown} does not end in .onnx; if it is an ONNX model, rename it.";

    private string? Confine(string path)
    {
        if (ConfinedTo is null)
            return path;
        var real = RealPath.Of(path);
        return RealPath.IsBelow(real, ConfinedTo) ? real : null;
    }

    private IReadOnlyList<ModelDefinition> Guarded(ModelPlace place, Func<IReadOnlyList<ModelDefinition>> make, string? version = null)
    {
        try
        {
            return make();
        }
        catch (ServingException e)
        {
            return [Broken(place, e.Message, version)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var shown = version is null ? place.Shown : place.ShownInside(version);
            return [Broken(place, $"{shown} cannot be read: {FileSample.Reason(e)}.", version)];
        }
    }

    private ModelDefinition Define(
        ModelPlace place, string version, string path, ModelManifest manifest, string? fault, ulong signature) => new()
        {
            Id = new ModelId(place.Name, version),
            Path = path,
            Url = place.Url,
            Origin = origin,
            Manifest = manifest,
            Fault = fault,
            Signature = PlaceSignature.Mix(signature, Basis),
        };

    private static string LeadsOut(string shown) => $"{shown} is a link that leads out of the model store.";

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNamesShown).Select(n => Printable.Text(n, 80))) + (names.Count > MaxNamesShown ? ", …" : "");
}
