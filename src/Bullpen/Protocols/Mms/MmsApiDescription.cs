using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>OPTIONS /</c> and <c>GET /api-description</c>: these routes in OpenAPI 3.0.1, as the server has them at the address that was
/// asked.
/// </summary>
internal static class MmsApiDescription
{
    /// <summary>The version of OpenAPI that clients of multi-model-server read.</summary>
    internal const string OpenApi = "3.0.1";

    internal static Task AnswerAsync(HttpContext context, EndpointDataSource endpoints)
    {
        var routes = ApiRoute.At(endpoints, Audience.Here(context)).Where(route => route.Metered.Protocol == MmsEndpoints.Protocol);
        return JsonAnswer.WriteAsync(context, json =>
        {
            ApiWriter.WriteHead(json, OpenApi, "Bullpen", "The routes of AWS multi-model-server, as Bullpen answers them.");
            ApiWriter.WritePaths(json, routes);
            json.WriteEndObject();
        });
    }
}
