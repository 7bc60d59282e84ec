using System.Globalization;
using System.Text;
using System.Text.Json;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Outputs;

/// <summary>The names of a classifier's classes, in the order of its scores, ready to be written.</summary>
internal sealed class ClassLabels
{
    /// <summary>The metadata key under which a model file names its classes, comma-separated.</summary>
    public const string MetadataKey = "classes";

    private readonly byte[][] _utf8;
    private readonly JsonEncodedText[] _encoded;

    public ClassLabels(IReadOnlyList<string> names)
    {
        _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];
        _encoded = [.. names.Select(name => JsonEncodedText.Encode(name))];
    }

    /// <summary>How many classes there are.</summary>
    public int Count => _encoded.Length;

    /// <summary>The name of a class.</summary>
    public JsonEncodedText this[int index] => _encoded[index];

    /// <summary>The names that the manifest or else the model's metadata declares; null where neither does.</summary>
    public static ClassLabels? DeclaredBy(ModelDescription model) => NamesDeclaredBy(model) is { } names ? new ClassLabels(names) : null;

    /// <summary>The same as plain text.</summary>
    public static IReadOnlyList<string>? NamesDeclaredBy(ModelDescription model)
    {
        if (model.Definition.Manifest.Labels is { Count: > 0 } labels) return labels;
        return model.Signature.Metadata.TryGetValue(MetadataKey, out var classes) && classes.Length > 0
            ? classes.Split(',', StringSplitOptions.TrimEntries)
            : null;
    }

    /// <summary>The class of that name, looked for at <paramref name="guess"/> first; -1 where there is none.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)_utf8.Length && name.SequenceEqual(_utf8[guess])) return guess;
        for (var at = 0; at < _utf8.Length; at++)
            if (name.SequenceEqual(_utf8[at])) return at;
        return -1;
    }

    /// <summary>The class whose name is that number; -1 where there is none.</summary>
    public int IndexOf(long name)
    {
        Span<byte> text = stackalloc byte[20];
        name.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return IndexOf(text[..length], -1);
    }
}
