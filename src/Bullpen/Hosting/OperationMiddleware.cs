using Bullpen.Core;
using Bullpen.Operations;
using Bullpen.Telemetry;

namespace Bullpen.Hosting;

/// <summary>
/// The one point that every request for an endpoint passes, of whatever protocol, before anything of its body is read: what it asks
/// for is what the endpoint declares (<see cref="Metered"/>), then <see cref="IOperationPolicy"/> and <see cref="BrowserRule"/> are asked,
/// then its limits are set. An endpoint that declares nothing is refused.
/// </summary>
internal sealed class OperationMiddleware(RequestDelegate next, IOperationPolicy policy, BrowserRule browsers, RequestLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        // What is no route is the router's own answer: a path that nothing serves, a verb that it does not take.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        if (endpoint.Metadata.GetMetadata<Metered>() is not { } metered) throw Undeclared(context);
        var operation = metered.Operation;
        if ((policy.Judge(context, operation) ?? browsers.Judge(context, operation)) is { } refusal) throw refusal;
        limits.Set(context, operation);
        return next(context);
    }

    private static ServingException Undeclared(HttpContext context) =>
        new(ServingErrorKind.NotAllowed, "Nobody may ask for this: the endpoint does not declare which operation it is.")
        {
            Field = "path",
            Actual = context.Request.Path,
        };
}
