using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Protocols.Cache;

/// <summary>A request's JSON object; every error names the key and the rule that it breaks.</summary>
internal readonly struct CacheBody
{
    private const string ModelRule = "the name of a model, a string";
    private readonly JsonElement _body;

    /// <summary>Takes an object that has no other keys than these.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal CacheBody(JsonElement body, params ReadOnlySpan<string> keys)
    {
        var rule = $"a JSON object with {string.Join(", ", keys)}";
        if (body.ValueKind != JsonValueKind.Object) throw Wrong("The body", "body", rule, Kind(body));
        foreach (var property in body.EnumerateObject())
            if (!keys.Contains(property.Name)) throw Wrong("The body", property.Name.Length <= 40 ? property.Name : "body", rule, $"one with {Shown(property.Name)}");
        _body = body;
    }

    /// <summary>The key <c>model</c>, which must be there.</summary>
    internal string Model()
    {
        if (!_body.TryGetProperty("model", out var value)) throw Missing("model", ModelRule);
        return value.ValueKind == JsonValueKind.String ? JsonBody.TextOf(value, "model") : throw Wrong("model", ModelRule, Kind(value));
    }

    /// <summary>The key <c>version</c>, or null.</summary>
    internal string? Version()
    {
        if (!_body.TryGetProperty("version", out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => JsonBody.TextOf(value, "version"),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong("version", "a version, a string or a number", Kind(value)),
        };
    }

    /// <summary>The key <c>ttl</c>, which must be there.</summary>
    /// <param name="rule">What it must be.</param>
    /// <param name="allows">Whether a time is allowed.</param>
    internal TimeSpan Ttl(string rule, Func<TimeSpan, bool> allows)
    {
        if (!_body.TryGetProperty("ttl", out var value)) throw Missing("ttl", rule);
        var text = value.ValueKind switch
        {
            JsonValueKind.String => JsonBody.TextOf(value, "ttl"),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong("ttl", rule, Kind(value)),
        };
        return Duration.TryParse(text, out var ttl) && allows(ttl) ? ttl : throw Wrong("ttl", rule, Shown(text));
    }

    /// <summary>What somebody sent, where it is short enough to be told.</summary>
    internal static string Shown(string text) => text.Length <= 40 ? $"'{text}'" : $"{text.Length} characters";

    private static string Kind(JsonElement value) => $"JSON {value.ValueKind.ToString().ToLowerInvariant()}";

    private static ServingException Missing(string field, string rule) =>
        new(ServingErrorKind.InvalidRequest, $"The field '{field}' is missing: expected {rule}.") { Field = field, Expected = rule, Actual = "nothing" };

    private static ServingException Wrong(string field, string rule, string actual) => Wrong($"The field '{field}'", field, rule, actual);

    private static ServingException Wrong(string what, string field, string rule, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"{what} must be {rule}, not {actual}.") { Field = field, Expected = rule, Actual = actual };
}
