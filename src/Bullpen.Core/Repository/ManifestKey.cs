using System.Text.Json;

namespace Bullpen.Core.Repository;

/// <summary>One key of a manifest: its name, what it takes in words, and how its value enters the manifest.</summary>
/// <param name="Name">The key, in its exact spelling.</param>
/// <param name="Expected">What the value must be, as a noun phrase for messages.</param>
/// <param name="Apply">The manifest with the value, or null where the value is not what is expected.</param>
internal sealed record ManifestKey(string Name, string Expected, Func<ModelManifest, JsonElement, ModelManifest?> Apply)
{
    private const string AString = "a string";

    /// <summary>Every key, in the order of the schema.</summary>
    public static IReadOnlyList<ManifestKey> All { get; } =
    [
        new("$schema", AString, (m, e) => Text(e) is null ? null : m),
        new("description", AString, (m, e) => Text(e) is { } text ? m with { Description = text } : null),
        new("input", InputExpected, (m, e) => Input(e) is { } kind ? m with { Input = kind } : null),
        new("columns", NamesExpected, (m, e) => Names(e) is { } names ? m with { Columns = names } : null),
        new("labels", LabelsExpected, (m, e) => Texts(e) is { } names ? m with { Labels = names } : null),
        new("topK", CountExpected, (m, e) => Count(e) is { } count ? m with { TopK = count } : null),
        new("versions", VersionsExpected, (m, e) => Versions(e) is { } policy ? m with { Versions = policy } : null),
        new(Repository.VersionLabels.Key, VersionLabelsExpected, (m, e) => VersionLabels(e) is { } labels ? m with { VersionLabels = labels } : null),
        new("workers", WorkersExpected, (m, e) => Count(e) is { } count and <= ModelManifest.MaxWorkers ? m with { Workers = count } : null),
        new("maxBatchSize", CountExpected, (m, e) => Count(e) is { } count ? m with { MaxBatchSize = count } : null),
        new("pin", "true or false", (m, e) => Flag(e) is { } pin ? m with { Pin = pin } : null),
        new("priority", PriorityExpected, (m, e) => Priority(e) is { } priority ? m with { Priority = priority } : null),
        new("minResidency", Duration.Rule, (m, e) => Time(e) is { } time ? m with { MinResidency = time } : null),
        new("idleTtl", IdleTtlExpected, (m, e) => IdleTtl(e) is { } time ? m with { IdleTtl = time } : null),
        new("preload", "true or false", (m, e) => Flag(e) is { } preload ? m with { Preload = preload } : null),
        new("warmup", WarmUpExpected, (m, e) => WarmUps(e) is { } inputs ? m with { WarmUp = inputs } : null),
        new("source", AString, (m, e) => Text(e) is { } text ? m with { Source = text } : null),
        new("licence", AString, (m, e) => Text(e) is { } text ? m with { Licence = text } : null),
        new("license", AString, (m, e) => Text(e) is { } text ? m with { Licence = text } : null),
    ];

    /// <summary>What the key <c>input</c> takes.</summary>
    internal const string InputExpected = "\"text\", \"image\", \"table\" or \"tensors\"";

    private const string NamesExpected = "an array of different strings, none empty, at least one";

    private const string LabelsExpected = "an array of strings, none empty, at least one";

    private const string CountExpected = "an integer of at least 1";

    private const string WorkersExpected = "an integer from 1 to 1024";

    private const string PriorityExpected = "an integer from -100 to 100";

    private const string IdleTtlExpected = $"{Duration.Rule}; 0 or \"off\": never";

    private const string WarmUpExpected = "an array of 1 to 100 inputs, each as input_data takes it";

    private const string VersionsExpected = "\"latest\", \"all\", {\"latest\": 2} or {\"specific\": [\"1\", \"3\"]}";

    private const string VersionLabelsExpected = $"an object of versions by label, {{\"stable\": \"1\", \"canary\": \"2\"}}, at least one; a label is {Repository.VersionLabels.Rule}";

    /// <summary>The kind of input that a string names, or null.</summary>
    internal static InputKind? Input(JsonElement e) => Text(e) switch
    {
        "text" => InputKind.Text,
        "image" => InputKind.Image,
        "table" => InputKind.Table,
        "tensors" => InputKind.Tensors,
        _ => null,
    };

    /// <summary>A version given as a string or as a number without fraction; null where it is neither or breaks the grammar.</summary>
    internal static string? Version(JsonElement e)
    {
        var version = e.ValueKind == JsonValueKind.Number && e.TryGetUInt64(out var number) ? number.ToString() : Text(e);
        return version is not null && VersionOrder.IsValid(version) ? version : null;
    }

    /// <summary>The value as messages show it: short values as they are, others by what they are.</summary>
    internal static string Describe(JsonElement e)
    {
        const int longest = 40;
        var kind = e.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.Null => "null",
            _ => "a boolean",
        };
        var raw = e.GetRawText();
        return e.ValueKind == JsonValueKind.Null || raw.Length > longest || raw.AsSpan().ContainsAny('\r', '\n') ? kind : $"{raw} ({kind})";
    }

    private static string? Text(JsonElement e) => e.ValueKind == JsonValueKind.String ? e.GetString() : null;

    private static int? Count(JsonElement e) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var count) && count >= 1 ? count : null;

    private static int? Priority(JsonElement e) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var priority)
            && priority is >= -ModelManifest.MaxPriority and <= ModelManifest.MaxPriority ? priority : null;

    private static TimeSpan? Time(JsonElement e) =>
        e.ValueKind is JsonValueKind.String or JsonValueKind.Number && Duration.TryParse(e.ToString(), out var time) ? time : null;

    private static TimeSpan? IdleTtl(JsonElement e) =>
        Text(e) == "off" || Time(e) == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : Time(e);

    /// <summary>Copies: the document that they were read from is gone when they are used.</summary>
    private static JsonElement[]? WarmUps(JsonElement e) =>
        e.ValueKind == JsonValueKind.Array && e.GetArrayLength() is >= 1 and <= ModelManifest.MaxWarmUps
            ? [.. e.EnumerateArray().Select(input => input.Clone())]
            : null;

    private static bool? Flag(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Labels may come twice: the thousand ImageNet classes have two cranes.</summary>
    private static string[]? Texts(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Array)
            return null;

        string[] texts = [.. e.EnumerateArray().Select(Text).OfType<string>().Where(t => t.Length > 0)];
        return texts.Length > 0 && texts.Length == e.GetArrayLength() ? texts : null;
    }

    private static string[]? Names(JsonElement e) =>
        Texts(e) is { } names && names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : null;

    private static VersionPolicy? Versions(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Object)
        {
            return Text(e) switch
            {
                "latest" => VersionPolicy.Default,
                "all" => VersionPolicy.All,
                _ => null,
            };
        }

        JsonProperty[] keys = [.. e.EnumerateObject()];
        if (keys.Length != 1)
            return null;

        return keys[0].Name switch
        {
            "latest" => Count(keys[0].Value) is { } count ? new VersionPolicy(count, null) : null,
            "specific" => Specific(keys[0].Value) is { } versions ? new VersionPolicy(null, versions) : null,
            _ => null,
        };
    }

    private static Dictionary<string, string>? VersionLabels(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Object)
            return null;

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in e.EnumerateObject())
        {
            if (!Repository.VersionLabels.IsValid(label.Name) || Version(label.Value) is not { } version)
                return null;
            labels[label.Name] = version;
        }

        return labels.Count > 0 ? labels : null;
    }

    private static string[]? Specific(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Array)
            return null;

        string[] versions = [.. e.EnumerateArray().Select(Version).OfType<string>()];
        return versions.Length > 0 && versions.Length == e.GetArrayLength() ? [.. versions.Distinct()] : null;
    }
}
