using System.Text.RegularExpressions;

namespace Bullpen.Core.Repository;

/// <summary>
/// What the labels of a model's manifests come to: names that stand for versions, as the version_labels of a ModelConfig
/// (tensorflow_serving/config/model_server_config.proto).
/// </summary>
internal static partial class VersionLabels
{
    /// <summary>The manifest's key.</summary>
    public const string Key = "versionLabels";

    /// <summary>The grammar of a label, in words.</summary>
    public const string Rule = "1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit";

    /// <summary>True for what may be a label.</summary>
    public static bool IsValid(string label) => Grammar().IsMatch(label);

    /// <summary>Versions by label, of all versions of one model; which have to agree was checked when they were read.</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<ModelDefinition> versions)
    {
        Dictionary<string, string>? labels = null;
        foreach (var (label, version) in versions.SelectMany(definition => definition.Manifest.VersionLabels ?? None))
            (labels ??= new(StringComparer.Ordinal)).TryAdd(label, version);
        return labels ?? None;
    }

    /// <summary>The versions of one model as they were read; those whose manifests differ in a label with that as their fault.</summary>
    /// <param name="versions">All versions that there are.</param>
    /// <param name="shownAs">How messages call the file that holds the labels.</param>
    public static IReadOnlyList<ModelDefinition> Check(IReadOnlyList<ModelDefinition> versions, string shownAs)
    {
        if (versions.All(definition => definition.Manifest.VersionLabels is null)) return versions;
        var meanings = versions.SelectMany(definition => definition.Manifest.VersionLabels ?? None).Distinct().ToLookup(label => label.Key, label => label.Value);
        return [.. versions.Select(definition => Fault(definition) is { } fault ? definition.With($"{shownAs}, key \"{Key}\": {fault}") : definition)];

        string? Fault(ModelDefinition definition)
        {
            if (definition.Fault is not null) return null;
            foreach (var label in (definition.Manifest.VersionLabels ?? None).Keys)
            {
                if (meanings[label].Count() > 1)
                    return $"the label \"{label}\" stands for several versions: {Listed(meanings[label])}.";
            }

            return null;
        }
    }

    /// <summary>
    /// What to tell an operator of labels whose version is not served: no fault of the model, since requests that name no label are
    /// answered, and a version that comes or goes must not take the others with it.
    /// </summary>
    public static IEnumerable<string> Stale(CatalogModel model) =>
        from label in model.Labels
        where model.Fault is null && model.Find(label.Value) is null
        orderby label.Key
        select $"Model {model.Name}: the label \"{label.Key}\" ({Key}) stands for version {label.Value}, which is not served; "
            + $"{Listed(model.Versions.Select(version => version.Id.Version))} {(model.Versions.Count == 1 ? "is" : "are")}. Which are, the key \"versions\" says.";

    private static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    private static string Listed(IEnumerable<string> versions) => string.Join(", ", versions.Order(VersionOrder.HighestFirst).Take(5));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
