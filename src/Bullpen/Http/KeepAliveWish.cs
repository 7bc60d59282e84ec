using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Models;

namespace Bullpen.Http;

/// <summary>
/// What a request says of how long its model is to be kept: the field <c>keep_alive</c> where the body is a protocol's own, and
/// where the body is the model's data the parameter <c>keep_alive</c> or, without that, the header <c>X-Bullpen-Keep-Alive</c>.
/// </summary>
internal static class KeepAliveWish
{
    private const string Field = "keep_alive";
    private const string Header = "X-Bullpen-Keep-Alive";

    /// <summary>Reads it from a JSON object; null where there is none.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal static KeepAlive? In(JsonElement body)
    {
        if (!body.TryGetProperty(Field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => JsonBody.TextOf(value, Field),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong(Field, $"JSON {value.ValueKind.ToString().ToLowerInvariant()}"),
        };
        return KeepAlive.TryParse(text, out var wish) ? wish : throw Wrong(Field, Shown(text));
    }

    /// <summary>Reads it from a request's address or headers; null where there is none.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal static KeepAlive? Of(HttpRequest request)
    {
        var field = request.Query.ContainsKey(Field) ? Field : Header;
        var text = field == Field ? request.Query[Field].ToString() : request.Headers[Header].ToString();
        if (field == Header && text.Length == 0) return null;
        return KeepAlive.TryParse(text, out var wish) ? wish : throw Wrong(field, Shown(text));
    }

    private static string Shown(string text)
    {
        const int longest = 40;
        return text.Length <= longest ? $"'{text}'" : $"{text.Length} characters";
    }

    private static ServingException Wrong(string field, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"The field '{field}' must be {KeepAlive.Rule}, not {actual}.")
        {
            Field = field,
            Expected = KeepAlive.Rule,
            Actual = actual,
        };
}
