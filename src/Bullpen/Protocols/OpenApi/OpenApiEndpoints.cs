using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.OpenApi;

/// <summary>
/// What the server can be asked, for programs and for people: <c>GET /openapi/v1.json</c> in OpenAPI 3.1,
/// <c>GET /openapi/v1/models/{model}</c> for one model, and the page <c>GET /docs</c> that shows both.
/// </summary>
internal static class OpenApiEndpoints
{
    private const string Protocol = "server";

    internal static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithMetadata(new ApiGroup("Server"));
        var documents = api.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadDocuments));
        documents.MapMethods("/openapi/v1.json", HttpVerbs.Read, OpenApiDocument.AnswerAsync)
            .WithMetadata(new ApiOperation("openApi", "This description: every route that is answered at this address.", [], StatusCodes.Status200OK));
        documents.MapMethods("/docs", HttpVerbs.Read, context => DocsPage.AnswerAsync(context, "docs.html"))
            .WithMetadata(new ApiOperation("docs", "This description as a page, with forms to try it.", [], StatusCodes.Status200OK) { Answer = "text/html" });
        documents.MapMethods("/docs/docs.css", HttpVerbs.Read, context => DocsPage.AnswerAsync(context, "docs.css")).WithMetadata(PartOfPage("docsCss", "text/css"));
        documents.MapMethods("/docs/docs.js", HttpVerbs.Read, context => DocsPage.AnswerAsync(context, "docs.js")).WithMetadata(PartOfPage("docsJs", "text/javascript"));
        api.MapMethods("/openapi/v1/models/{model}", HttpVerbs.Read, ModelDocument.AnswerAsync).WithMetadata(
            new Metered(Protocol, Operation.DescribeModel),
            new ApiOperation("openApiOfModel", "How one model is asked, from its own inputs and outputs. Loads the model.", [], StatusCodes.Status200OK, StatusCodes.Status404NotFound));
    }

    private static ApiOperation PartOfPage(string id, string mediaType) =>
        new(id, "A part of the page /docs.", [], StatusCodes.Status200OK) { Answer = mediaType };
}
