namespace Bullpen.Protocols.Mms;

/// <summary>The headers that AWS multi-model-server puts on every answer, failures included.</summary>
internal static class MmsHeaders
{
    /// <summary>Sets them on a route's answers.</summary>
    internal static T WithMmsHeaders<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes.AddEndpointFilter(async (invocation, next) =>
        {
            Set(invocation.HttpContext);
            return await next(invocation);
        });

    private static void Set(HttpContext context) => context.Response.OnStarting(() =>
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = context.TraceIdentifier;
        headers.Pragma = "no-cache";
        headers.CacheControl = "no-cache; no-store, must-revalidate, private";
        headers.Expires = "Thu, 01 Jan 1970 00:00:00 UTC";
        return Task.CompletedTask;
    });
}
