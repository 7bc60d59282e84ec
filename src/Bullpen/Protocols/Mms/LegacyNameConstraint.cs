using Microsoft.AspNetCore.Routing.Patterns;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// Keeps <c>POST /{model}/predict</c>, which begins with a name, out of the way of every route that begins with a word: what the
/// server answers under <c>/models</c> is never a model of that name.
/// </summary>
internal sealed class LegacyNameConstraint : IRouteConstraint
{
    private HashSet<string>? _words;

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
    {
        if (httpContext is null || values[routeKey] is not string name) return true;
        var words = LazyInitializer.EnsureInitialized(ref _words, () => FirstWords(httpContext.RequestServices));
        return !words.Contains(name);
    }

    /// <summary>Of all routes that the server has, whichever protocol's.</summary>
    private static HashSet<string> FirstWords(IServiceProvider services) =>
        services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart word] }, ..] ? word.Content : null)
            .OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
}
