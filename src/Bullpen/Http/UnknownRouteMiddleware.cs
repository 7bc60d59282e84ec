using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>Answers a path that nothing serves, or a verb that it does not take, like any other failure: with a body that says so.</summary>
internal sealed class UnknownRouteMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.HasStarted || context.Response.ContentLength is not null) return;
        var kind = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ServingErrorKind.RouteNotFound,
            StatusCodes.Status405MethodNotAllowed => ServingErrorKind.VerbNotAllowed,
            _ => (ServingErrorKind?)null,
        };
        if (kind is null) return;
        throw new ServingException(kind.Value, kind == ServingErrorKind.RouteNotFound
            ? "Requested resource is not found, please refer to API document."
            : "Requested method is not allowed, please refer to API document.")
        {
            Field = kind == ServingErrorKind.RouteNotFound ? "path" : "method",
            Expected = kind == ServingErrorKind.RouteNotFound ? "one of the paths that GET / lists" : context.Response.Headers.Allow.ToString(),
            Actual = kind == ServingErrorKind.RouteNotFound ? context.Request.Path : context.Request.Method,
        };
    }
}
