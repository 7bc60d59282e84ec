using Bullpen.Core;
using Bullpen.Telemetry;

namespace Bullpen.Hosting;

/// <summary>Answers each endpoint on the addresses it is for: elsewhere it is not found, and the answer says where it would be.</summary>
internal sealed class AudienceMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var here = context.Features.Get<Audience>() ?? Audience.Everyone;
        if (here == Audience.Everyone || context.GetEndpoint() is not { } endpoint) return next(context);
        var wanted = Audience.Of(endpoint);
        return wanted is null || wanted == Audience.Everyone || wanted == here ? next(context) : throw Elsewhere(context, wanted);
    }

    private static ServingException Elsewhere(HttpContext context, Audience wanted)
    {
        var name = wanted == Audience.Management ? "management" : "inference";
        return new ServingException(
            ServingErrorKind.RouteNotFound,
            $"Requested resource is not found, please refer to API document. It is answered on the address of {name} only ({wanted.Option}).")
        {
            Field = "path",
            Expected = $"the address of {name}",
            Actual = context.Request.Path,
        };
    }
}
