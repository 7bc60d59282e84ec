using System.Text.Json;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>OPTIONS /</c> and <c>GET /api-description</c>: these routes in OpenAPI 3.0.1, as the server has them at the address that was
/// asked. Read from the endpoints themselves, so that it cannot differ from them.
/// </summary>
internal static class MmsApiDescription
{
    internal static Task AnswerAsync(HttpContext context, EndpointDataSource endpoints)
    {
        var here = Audience.Here(context);
        var paths = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<MmsOperation>() is not null && endpoint.Metadata.GetMetadata<Metered>()!.Operation.Audience.IsAnsweredAt(here))
            .GroupBy(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'), StringComparer.Ordinal).OrderBy(path => path.Key, StringComparer.Ordinal);

        return JsonAnswer.WriteAsync(context, json =>
        {
            WriteHead(json, "Bullpen", "The routes of AWS multi-model-server, as Bullpen answers them.");
            foreach (var path in paths)
            {
                json.WriteStartObject(path.Key);
                foreach (var endpoint in path) WriteOperations(json, endpoint);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>The begin of a description; its paths are open.</summary>
    internal static void WriteHead(Utf8JsonWriter json, string title, string description)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.0.1");
        json.WriteStartObject("info");
        json.WriteString("title", title);
        json.WriteString("description", description);
        json.WriteString("version", ProductVersion.Text);
        json.WriteEndObject();
        json.WriteStartObject("paths");
    }

    private static void WriteOperations(Utf8JsonWriter json, RouteEndpoint endpoint)
    {
        var operation = endpoint.Metadata.GetMetadata<MmsOperation>()!;
        foreach (var verb in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(verb => verb != "HEAD"))
        {
            json.WriteStartObject(verb.ToLowerInvariant());
            json.WriteString("summary", operation.Summary);
            json.WriteString("operationId", operation.Id);
            json.WriteStartArray("parameters");
            foreach (var name in endpoint.RoutePattern.Parameters) WriteParameter(json, "path", new(name.Name, "string", "A name.") { IsRequired = true });
            foreach (var parameter in operation.Parameters) WriteParameter(json, "query", parameter);
            json.WriteEndArray();
            WriteBody(json, operation.Body);
            json.WriteStartObject("responses");
            foreach (var status in operation.Statuses) WriteResponse(json, status);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteParameter(Utf8JsonWriter json, string place, MmsParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("in", place);
        json.WriteString("name", parameter.Name);
        json.WriteString("description", parameter.Description);
        json.WriteBoolean("required", parameter.IsRequired);
        json.WriteStartObject("schema");
        json.WriteString("type", parameter.Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, string[] mediaTypes)
    {
        if (mediaTypes.Length == 0) return;
        json.WriteStartObject("requestBody");
        json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            json.WriteStartObject(mediaType);
            json.WriteStartObject("schema");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter json, int status)
    {
        json.WriteStartObject(status.ToString());
        json.WriteString("description", status < 400 ? "As asked." : "An object with code, type and message.");
        json.WriteStartObject("content");
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
