using System.Globalization;
using System.Text.Json;

namespace Bullpen.Descriptions;

/// <summary>Writes routes in OpenAPI, in the part of it that 3.0 and 3.1 share.</summary>
internal static class ApiWriter
{
    /// <summary>The begin of a document, which is left open.</summary>
    internal static void WriteHead(Utf8JsonWriter json, string openApi, string title, string description)
    {
        json.WriteStartObject();
        json.WriteString("openapi", openApi);
        json.WriteStartObject("info");
        json.WriteString("title", title);
        json.WriteString("description", description);
        json.WriteString("version", ProductVersion.Text);
        json.WriteEndObject();
    }

    /// <summary>The member <c>paths</c>. Of paths that differ in the names of their parameters only, which OpenAPI takes for one, the first name wins.</summary>
    internal static void WritePaths(Utf8JsonWriter json, IEnumerable<ApiRoute> routes, Action<ApiRoute>? writeMore = null)
    {
        json.WriteStartObject("paths");
        foreach (var path in routes.GroupBy(route => Shape(route.Path), StringComparer.Ordinal))
        {
            json.WriteStartObject(path.First().Path);
            foreach (var route in path.DistinctBy(route => route.Verb))
            {
                json.WriteStartObject(route.Verb);
                writeMore?.Invoke(route);
                WriteOperation(json, route, Names(path.First().Path));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The member <c>responses</c>.</summary>
    internal static void WriteResponses(Utf8JsonWriter json, ApiOperation operation)
    {
        json.WriteStartObject("responses");
        foreach (var status in operation.Statuses)
        {
            json.WriteStartObject(status.ToString(CultureInfo.InvariantCulture));
            json.WriteString("description", status < StatusCodes.Status400BadRequest ? "As asked." : "A failure, and what would have been right.");
            if (status != StatusCodes.Status204NoContent) WriteContent(json, status < StatusCodes.Status400BadRequest ? operation.Answer : "application/json");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOperation(Utf8JsonWriter json, ApiRoute route, IEnumerable<string> names)
    {
        var operation = route.Operation;
        json.WriteString("summary", operation.Summary);
        json.WriteString("operationId", operation.Id);
        json.WriteStartArray("parameters");
        foreach (var name in names) WriteParameter(json, "path", new(name, "string", "A name.") { IsRequired = true });
        foreach (var parameter in operation.Parameters) WriteParameter(json, "query", parameter);
        json.WriteEndArray();
        WriteBody(json, operation);
        WriteResponses(json, operation);
    }

    private static void WriteParameter(Utf8JsonWriter json, string place, ApiParameter parameter)
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

    private static void WriteBody(Utf8JsonWriter json, ApiOperation operation)
    {
        if (operation.Body.Length == 0) return;
        json.WriteStartObject("requestBody");
        json.WriteStartObject("content");
        foreach (var mediaType in operation.Body)
        {
            json.WriteStartObject(mediaType);
            json.WriteStartObject("schema");
            json.WriteEndObject();
            if (mediaType == "application/json" && operation.Example is { } example)
            {
                json.WritePropertyName("example");
                json.WriteRawValue(example);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string mediaType)
    {
        json.WriteStartObject("content");
        json.WriteStartObject(mediaType);
        json.WriteStartObject("schema");
        json.WriteString("type", mediaType == "application/json" ? "object" : "string");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A path with its parameters' names left out.</summary>
    private static string Shape(string path) => string.Join('{', path.Split('{').Select((part, index) => index == 0 ? part : part[part.IndexOf('}')..]));

    private static IEnumerable<string> Names(string path) => path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}')]);
}
