using System.Globalization;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>GET /models?limit=&amp;next_page_token=&amp;loaded=</c>: the known models by name, a page at a time; <c>nextPageToken</c>
/// is there while another page is. <c>modelName</c> and <c>modelUrl</c> are AWS's, the other keys are extra.
/// </summary>
internal static class MmsModelList
{
    private const int LargestPage = 100;

    internal static Task ListAsync(HttpContext context, ModelAdministration administration)
    {
        var query = context.Request.Query;
        var limit = Number(query["limit"], "limit", LargestPage);
        if (limit is < 1 or > LargestPage) limit = LargestPage;
        var start = Number(query["next_page_token"], "next_page_token", 0);
        var models = administration.List(onlyLoaded: Flag(query["loaded"]));

        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            if (models.Count - start > limit) json.WriteString("nextPageToken", (start + limit).ToString(CultureInfo.InvariantCulture));
            json.WriteStartArray("models");
            foreach (var known in models.Skip(start).Take(limit)) Write(json, known);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, KnownModel known)
    {
        var (version, status) = known;
        json.WriteStartObject();
        json.WriteString("modelName", version.Id.Name);
        json.WriteString("modelUrl", version.Url);
        json.WriteString("modelVersion", version.Id.Version);
        json.WriteString("state", known.State);
        json.WriteNumber("bytes", status.Bytes);
        json.WriteNumber("inUse", status.InUse);
        json.WriteNumber("requests", status.Leases);
        json.WriteNumber("loads", status.Loads);
        if (known.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private static int Number(string? text, string name, int @default)
    {
        if (string.IsNullOrEmpty(text)) return @default;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && (value >= 0 || name == "limit")) return value;
        throw new ServingException(ServingErrorKind.InvalidRequest, $"Parameter {name} must be a whole number, not '{text}'.")
        {
            Field = name,
            Expected = "a whole number",
            Actual = text,
        };
    }

    private static bool Flag(string? text) => text switch
    {
        null or "false" => false,
        "" or "true" => true,
        _ => throw new ServingException(ServingErrorKind.InvalidRequest, $"Parameter loaded must be true or false, not '{text}'.")
        {
            Field = "loaded",
            Expected = "true or false",
            Actual = text,
        },
    };
}
