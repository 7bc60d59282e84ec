namespace Bullpen.Protocols.OpenApi;

/// <summary>The files of the page <c>/docs</c>, which lie in the program itself: the page asks nobody but this server, so that it works without a network.</summary>
internal static class DocsPage
{
    /// <summary>What the browser may do for the page: read and ask this server, be framed by nobody.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static async Task AnswerAsync(HttpContext context, string file)
    {
        await using var resource = typeof(DocsPage).Assembly.GetManifestResourceStream($"docs/{file}")
            ?? throw new InvalidOperationException($"The program was built without the page's file {file}.");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        context.Response.ContentType = Path.GetExtension(file) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "text/html; charset=utf-8",
        };
        context.Response.ContentLength = resource.Length;
        await resource.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
