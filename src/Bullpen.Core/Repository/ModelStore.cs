namespace Bullpen.Core.Repository;

/// <summary>
/// Resolves the <c>url</c> of a registration to a model below one folder. Whatever a caller sends, nothing outside that
/// folder is opened, also not through symbolic links. The messages are those of AWS multi-model-server.
/// </summary>
public sealed class ModelStore
{
    /// <summary>Where SageMaker and containers made for it keep models; an alias of the store's root where it does not exist.</summary>
    public const string ContainerRoot = "/opt/ml/models";

    private const int MaxUrlLength = 2048;

    private readonly string _root;
    private readonly string? _alias;

    /// <summary>A store over <paramref name="folder"/>, which need not exist yet.</summary>
    /// <param name="folder">The folder that every <c>url</c> must lie below.</param>
    /// <param name="alias">An absolute path that is read as the store's root, unless there is such a folder; null for none.</param>
    public ModelStore(string folder, string? alias = ContainerRoot)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _alias = alias is null || Directory.Exists(alias) ? null : Path.TrimEndingDirectorySeparator(alias);
    }

    /// <summary>The model that a registration names. Nothing is changed, on disk or here.</summary>
    /// <param name="name">The model's name; null or empty to take it from the last part of <paramref name="url"/>, without .onnx.</param>
    /// <param name="url">A file or a folder, relative to the store or absolute below it, already decoded.</param>
    /// <returns>The model with every version that the folder's manifest serves, at least one of them without a fault.</returns>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelSourceNotFound"/>: no model there, or no place that may be read.
    /// <see cref="ServingErrorKind.NotSupported"/>: a URL that would have to be downloaded.
    /// <see cref="ServingErrorKind.InvalidRequest"/>: the name breaks <see cref="ModelName"/>.
    /// <see cref="ServingErrorKind.InvalidModel"/>: what lies there is no ONNX model, or its manifest is wrong.
    /// </exception>
    public CatalogModel Resolve(string? name, string url)
    {
        var shownUrl = Printable.Text(url);
        var relative = RelativeTo(url, shownUrl);
        var modelName = ValidName(name, relative);
        var path = Locate(relative, shownUrl, out var realRoot);

        var layout = new ModelLayout(ModelOrigin.Api) { ConfinedTo = realRoot };
        var place = new ModelPlace(modelName, path, shownUrl, Printable.Text(relative));
        var definitions = Directory.Exists(path) ? layout.FromFolder(NestedFolder.Of(place)) : layout.FromFile(place);
        var model = new CatalogModel(definitions);
        return Whole(model);
    }

    /// <summary>The real path of the archive that <paramref name="url"/> names; null where its name is not one of an archive, or it names a folder.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelSourceNotFound"/>, <see cref="ServingErrorKind.NotSupported"/>: as of <see cref="Resolve"/>.</exception>
    internal string? FindArchive(string url)
    {
        var shownUrl = Printable.Text(url);
        var relative = RelativeTo(url, shownUrl);
        if (!SourceUrl.IsArchive(relative)) return null;
        var path = Locate(relative, shownUrl, out _);
        return Directory.Exists(path) ? null : path;
    }

    /// <summary>The model in a folder that <paramref name="url"/> was unpacked to; what <see cref="Resolve"/> says holds for it too.</summary>
    internal CatalogModel ResolveUnpacked(string? name, string url, string folder)
    {
        var isRemote = SourceUrl.IsRemote(url);
        var shownUrl = SourceUrl.Shown(url);
        var relative = isRemote ? SourceUrl.FileName(url) : RelativeTo(url, shownUrl);
        var modelName = ValidName(string.IsNullOrEmpty(name) ? UnpackedFolder.ModelName(folder) : name, relative);

        var layout = new ModelLayout(ModelOrigin.Api) { ConfinedTo = RealPath.Of(folder) };
        var shown = Printable.Text(relative.Length > 0 ? relative : modelName);
        var model = new CatalogModel(layout.FromFolder(NestedFolder.Of(new ModelPlace(modelName, layout.ConfinedTo, shownUrl, shown))));
        return model.Fault is not null && UnpackedFolder.InspectModelArchive(folder, shown) is { } fault ? throw Faulty(modelName, fault) : Whole(model);
    }

    /// <summary>Checks a name that a caller chose.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal static void CheckName(string name) => ValidName(name, "");

    private static CatalogModel Whole(CatalogModel model) => model.Fault is { } fault ? throw Faulty(model.Name, fault) : model;

    private static ServingException Faulty(string model, string fault) => new(ServingErrorKind.InvalidModel, fault) { Model = model, Field = "url" };

    /// <summary>The url as a path relative to the root, every rule on its text checked before the disk is touched.</summary>
    private string RelativeTo(string url, string shownUrl)
    {
        if (url.Length > MaxUrlLength)
            throw Refused($"Invalid model url: {shownUrl}");
        if (url.Split('/', '\\').Contains(".."))
            throw Refused($"Relative path is not allowed in url: {shownUrl}");

        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon > 0 && url.AsSpan(colon).StartsWith("://") ? url[..colon] : "";
        var isFile = url.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        if (isFile || url.Length == 0 || url.Any(c => char.IsControl(c) || c is '\\' or '%'))
            throw Refused($"Invalid model url: {shownUrl}");
        if (scheme.Length > 0)
        {
            throw new ServingException(
                ServingErrorKind.NotSupported,
                $"A url with the scheme {Printable.Text(scheme, 32)} is not supported: it must be a file or a folder in the model store, or http(s), got {SourceUrl.Shown(url)}")
            {
                Field = "url",
                Expected = "a path in the model store, or an http(s) url",
                Actual = $"a URL with the scheme {Printable.Text(scheme, 32)}",
            };
        }

        var relative = Below(url) ?? throw Refused($"Model not found in model store: {shownUrl}");
        string[] parts = [.. relative.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".")];
        return parts.Length > 0 ? string.Join('/', parts) : throw Refused($"Invalid model url: {shownUrl}");
    }

    private string? Below(string url)
    {
        if (!Path.IsPathRooted(url))
            return url;
        if (RealPath.IsBelow(url, _root) || url == _root)
            return url[_root.Length..];
        return _alias is not null && (RealPath.IsBelow(url, _alias) || url == _alias) ? url[_alias.Length..] : null;
    }

    /// <summary>The real path of what <paramref name="relative"/> names, which exists and lies below the real root.</summary>
    private string Locate(string relative, string shownUrl, out string realRoot)
    {
        try
        {
            realRoot = RealPath.Of(_root);
            var path = RealPath.Of(Path.Combine(_root, relative));
            if (RealPath.IsBelow(path, realRoot) && (File.Exists(path) || Directory.Exists(path)))
                return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused($"Model not found in model store: {shownUrl}", e);
        }

        throw Refused($"Model not found in model store: {shownUrl}");
    }

    private static string ValidName(string? name, string relative)
    {
        var modelName = string.IsNullOrEmpty(name) ? SourceUrl.ModelNameOf(relative[(relative.LastIndexOf('/') + 1)..]) : name;
        if (ModelName.IsValid(modelName))
            return modelName;

        var shown = Printable.Text(modelName, ModelName.MaxLength);
        throw new ServingException(ServingErrorKind.InvalidRequest, $"\"{shown}\" is no valid model name. A name is {ModelName.Rule}.")
        {
            Field = "model_name",
            Expected = ModelName.Rule,
            Actual = shown,
        };
    }

    private static ServingException Refused(string message, Exception? inner = null) =>
        new(ServingErrorKind.ModelSourceNotFound, message, inner) { Field = "url" };
}
