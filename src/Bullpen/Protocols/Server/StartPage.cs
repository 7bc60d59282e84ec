using System.Text.Json;
using Bullpen.Core.Repository;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Telemetry;
using Microsoft.Net.Http.Headers;

namespace Bullpen.Protocols.Server;

/// <summary>
/// <c>GET /</c>: what runs here and where to look, in a few lines of text for who takes text; for anybody else
/// <c>{"status": "alive"}</c>, which KServe's client asks a server of its V1 protocol for (is_server_live of
/// python/kserve/kserve/inference_client.py) and which its server answers.
/// </summary>
internal static class StartPage
{
    internal static void MapStartPage(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/", HttpVerbs.Read, AnswerAsync).WithMetadata(
            Metered.Other, new ApiGroup("Server"),
            new ApiOperation("start", "In a few lines of text, what runs here and where to look; {\"status\": \"alive\"} for who does not ask for text.", [], StatusCodes.Status200OK) { Answer = "text/plain" });

    private static Task AnswerAsync(HttpContext context, ModelCatalog catalog)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        return TakesText(context.Request) ? WriteTextAsync(context, catalog.Count) : JsonAnswer.WriteAsync(context, Write);
    }

    /// <summary>Browsers say text/html; programs that say nothing, or anything, are given what a program can read.</summary>
    private static bool TakesText(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept.OfType<string>()], out var accepted)
        && accepted.Any(type => type.Quality is null or > 0 && type.Type.Equals("text", StringComparison.OrdinalIgnoreCase));

    private static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("status", "alive");
        json.WriteString("server", "bullpen");
        json.WriteString("version", ProductVersion.Text);
        json.WriteString("docs", "/docs");
        json.WriteString("openapi", "/openapi/v1.json");
        json.WriteEndObject();
    }

    private static Task WriteTextAsync(HttpContext context, int models)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            Bullpen {ProductVersion.Text}: {models} models registered, loaded on demand.

            GET    /models                every known model and its state; ?loaded=true: those in memory
            GET    /models/NAME           one model
            POST   /models                register one: model_name and url, in JSON
            PUT    /models/NAME           min_worker, max_worker: keep it in memory, how many requests run in it
            DELETE /models/NAME           unload and forget one
            POST   /predict               model_id and input_data, in JSON
            POST   /predictions/NAME      a table, CSV, text or an image
            GET    /docs                  every route and model, with forms to try them; /openapi/v1.json: in OpenAPI 3.1
            OPTIONS /  /predictions/NAME  these routes, or one model, in OpenAPI 3.0; GET /api-description
            POST   /v1/models/NAME:predict  as TensorFlow Serving and KServe V1; GET /v1/models
            GET    /cache                 what is in memory, who goes next; /cache/models/NAME: why, or why not
            POST   /cache/plan            model, in JSON: what loading it would take; /cache/leases: keep it
            GET    /ping  /health/live  /health/ready  /metrics

            """, context.RequestAborted);
    }
}
