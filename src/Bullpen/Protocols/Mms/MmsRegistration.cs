using System.Globalization;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>POST /models</c> and <c>DELETE /models/{model}</c>. With a JSON body (SageMaker's way) the model is registered and
/// loaded before the answer; with query parameters <c>initial_workers</c> decides, 0 by default: then the first request
/// loads it.
/// </summary>
internal static class MmsRegistration
{
    internal static async Task RegisterAsync(HttpContext context, ModelAdministration administration)
    {
        var (name, url, load) = await ReadAsync(context);
        var model = await administration.RegisterAsync(name, url, load, context.RequestAborted);
        await MmsStatus.WriteAsync(context, load ? "Workers scaled" : $"Model \"{model.Name}\" registered");
    }

    internal static async Task UnregisterAsync(HttpContext context, string model, ModelAdministration administration)
    {
        var back = await administration.UnregisterAsync(model, context.RequestAborted);
        await MmsStatus.WriteAsync(context, $"Model \"{model}\" unregistered", json =>
        {
            WriteBytes(json, "reclaimedBytes", back.Reclaimed);
            WriteBytes(json, "residueBytes", back.Residue);
        });
    }

    /// <summary>Null: it could not be measured.</summary>
    private static void WriteBytes(Utf8JsonWriter json, string name, long? bytes)
    {
        if (bytes is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static async Task<(string? Name, string Url, bool Load)> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.IsEmpty)
        {
            var query = context.Request.Query;
            return (query["model_name"], Url(query["url"]), Workers(query["initial_workers"], @default: 0) > 0);
        }

        using var document = JsonBody.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Wrong("body", "a JSON object with model_name and url", document.RootElement.ValueKind.ToString().ToLowerInvariant());
        var workers = Text(document.RootElement, "initial_workers", JsonValueKind.Number);
        return (Text(document.RootElement, "model_name"), Url(Text(document.RootElement, "url")), Workers(workers, @default: 1) > 0);
    }

    private static string Url(string? url) =>
        !string.IsNullOrEmpty(url)
            ? url
            : throw new ServingException(ServingErrorKind.InvalidRequest, "Parameter url is required.")
            {
                Field = "url",
                Expected = "a folder or model file below the model store",
                Actual = "nothing",
            };

    private static int Workers(string? text, int @default)
    {
        if (string.IsNullOrEmpty(text)) return @default;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw Wrong("initial_workers", "a whole number of at least 0", $"'{text}'");
    }

    private static string? Text(JsonElement body, string name, JsonValueKind other = JsonValueKind.String)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String) return JsonBody.TextOf(value, name);
        if (value.ValueKind == other) return value.GetRawText();
        throw Wrong(name, other == JsonValueKind.Number ? "a whole number of at least 0" : "a string", $"JSON {value.ValueKind.ToString().ToLowerInvariant()}");
    }

    private static ServingException Wrong(string field, string expected, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"Parameter {field} must be {expected}, not {actual}.")
        {
            Field = field,
            Expected = expected,
            Actual = actual,
        };
}
