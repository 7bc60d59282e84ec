using System.Text.Json;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;

namespace Bullpen.Protocols.OpenApi;

/// <summary>
/// <c>GET /openapi/v1.json</c>: every route that the server answers at the address that was asked, in OpenAPI 3.1, by protocol. Each
/// says with <c>x-operation</c> and <c>x-scope</c> what it is authorised as.
/// </summary>
internal static class OpenApiDocument
{
    /// <summary>The version of OpenAPI.</summary>
    internal const string OpenApi = "3.1.0";

    internal static Task AnswerAsync(HttpContext context, EndpointDataSource endpoints)
    {
        var routes = ApiRoute.At(endpoints, Audience.Here(context));
        return JsonAnswer.WriteAsync(context, json =>
        {
            ApiWriter.WriteHead(
                json, OpenApi, "Bullpen",
                "Every route that this address answers. How one model is asked, with an example, says /openapi/v1/models/{model}; /docs shows both.");
            WriteServers(json);
            WriteGroups(json, routes);
            ApiWriter.WritePaths(json, routes, route => WriteClaims(json, route));
            json.WriteEndObject();
        });
    }

    /// <summary>The server is the one that was asked: no other name for it is sure to be right.</summary>
    internal static void WriteServers(Utf8JsonWriter json)
    {
        json.WriteStartArray("servers");
        json.WriteStartObject();
        json.WriteString("url", "/");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>The heading of a route, and what it is authorised as.</summary>
    internal static void WriteClaims(Utf8JsonWriter json, ApiRoute route)
    {
        json.WriteStartArray("tags");
        json.WriteStringValue(route.Group);
        json.WriteEndArray();
        json.WriteString("x-operation", route.Metered.Operation.Name);
        json.WriteString("x-scope", route.Metered.Operation.Scope.ToString().ToLowerInvariant());
    }

    private static void WriteGroups(Utf8JsonWriter json, IReadOnlyList<ApiRoute> routes)
    {
        json.WriteStartArray("tags");
        foreach (var group in routes.Select(route => route.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", group);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
