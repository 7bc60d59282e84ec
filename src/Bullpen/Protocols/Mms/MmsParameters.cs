using System.Globalization;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// The parameters of a management request: in its address, or the keys of a JSON body, where numbers and truth values may be
/// written as strings too. What is absent, null or empty is not given.
/// </summary>
internal sealed class MmsParameters
{
    private readonly Func<string, string?> _find;

    private MmsParameters(Func<string, string?> find) => _find = find;

    /// <summary>Those in the address.</summary>
    internal static MmsParameters Of(IQueryCollection query) => new(name =>
        query[name] is { Count: > 1 } values ? throw Wrong(name, "given once", $"{values.Count} times") : (string?)query[name]);

    /// <summary>The keys of an object.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it is none.</exception>
    internal static MmsParameters Of(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? new MmsParameters(name => TextIn(body, name))
        : throw Wrong("body", "a JSON object with model_name and url", body.ValueKind.ToString().ToLowerInvariant());

    /// <summary>A text, or null where it is not given.</summary>
    internal string? Text(string name) => _find(name) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number, or null where it is not given.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it is none, or outside the bounds.</exception>
    internal int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Wrong(name, most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}", $"'{text}'");
    }

    /// <summary>A truth value, or null where it is not given.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it is none.</exception>
    internal bool? Flag(string name) => Text(name) is not { } text
        ? null
        : bool.TryParse(text, out var value) ? value : throw Wrong(name, "true or false", $"'{text}'");

    internal static ServingException Wrong(string field, string expected, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"Parameter {field} must be {expected}, not {actual}.")
        {
            Field = field,
            Expected = expected,
            Actual = actual,
        };

    private static string? TextIn(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => JsonBody.TextOf(value, name),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw Wrong(name, "a string, a number or a truth value", $"JSON {value.ValueKind.ToString().ToLowerInvariant()}"),
        };
    }
}
