namespace Bullpen.Protocols.Mms;

/// <summary>The headers that AWS multi-model-server puts on every answer, failures included.</summary>
internal static class MmsHeaders
{
    /// <summary>Has a route's answers carry them; <see cref="MmsErrors"/> sets them on failures.</summary>
    internal static T WithMmsHeaders<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes.AddEndpointFilter((invocation, next) =>
        {
            Set(invocation.HttpContext);
            return next(invocation);
        });

    /// <summary>Sets them on one answer that has not begun.</summary>
    internal static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = context.TraceIdentifier;
        headers.Pragma = "no-cache";
        headers.CacheControl = "no-cache; no-store, must-revalidate, private";
        headers.Expires = "Thu, 01 Jan 1970 00:00:00 UTC";
    }
}
