using System.Buffers;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Server;

/// <summary>
/// <c>GET /metrics</c>: every metric in the Prometheus text format 0.0.4, whatever the scraper would rather have: each reads
/// that. It names models, so it answers on the address of management only. Answered while the server drains, and not counted
/// among the requests that a drain waits for.
/// </summary>
internal static class MetricsEndpoint
{
    internal static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/metrics", HttpVerbs.Read, AnswerAsync)
            .WithMetadata(new AnsweredWhileDraining(), new Metered("server", Operation.ReadMetrics), new ApiGroup("Server"),
                new ApiOperation("metrics", "Every metric, for Prometheus.", [], StatusCodes.Status200OK) { Answer = "text/plain" });

    private static async Task AnswerAsync(HttpContext context, PrometheusExporter exporter)
    {
        var body = new ArrayBufferWriter<byte>(32 << 10);
        exporter.Write(body);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
