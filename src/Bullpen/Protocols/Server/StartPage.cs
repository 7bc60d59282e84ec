using Bullpen.Core.Repository;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Server;

/// <summary><c>GET /</c>: in a few lines of text, what runs here and where to look.</summary>
internal static class StartPage
{
    internal static void MapStartPage(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/", HttpVerbs.Read, (ModelCatalog catalog) => Results.Text(
            $"""
            Bullpen {ProductVersion.Text}: {catalog.Count} models registered, loaded on demand.

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

            """)).WithMetadata(
            Metered.Other, new ApiGroup("Server"),
            new ApiOperation("start", "In a few lines of text, what runs here and where to look.", [], StatusCodes.Status200OK) { Answer = "text/plain" });
}
