using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Server;

/// <summary>
/// Liveness and readiness. <c>/health/live</c>: 200 while the process answers. <c>/health/ready</c>: 200 from the first
/// request until the server drains, then 503.
/// </summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this IEndpointRouteBuilder routes, ServerLifecycle lifecycle)
    {
        var health = routes.MapGroup("/health").WithMetadata(new AnsweredWhileDraining(), new Metered("server", Metered.Probe), new ApiGroup("Server"));
        health.MapMethods("/live", HttpVerbs.Read, (HttpContext context) => WriteAsync(context, "live", true))
            .WithMetadata(new ApiOperation("live", "200 while the process answers.", [], StatusCodes.Status200OK));
        health.MapMethods("/ready", HttpVerbs.Read, (HttpContext context) => WriteAsync(context, "ready", lifecycle.IsReady))
            .WithMetadata(new ApiOperation("ready", "200 until the server drains.", [], StatusCodes.Status200OK, StatusCodes.Status503ServiceUnavailable));
    }

    private static Task WriteAsync(HttpContext context, string name, bool value)
    {
        context.Response.StatusCode = value ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean(name, value);
            json.WriteEndObject();
        });
    }
}
