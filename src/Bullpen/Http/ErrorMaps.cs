namespace Bullpen.Http;

/// <summary>Which protocol's words a failure is told in: those of the endpoint, else those of the path, else the fallback's.</summary>
/// <param name="byPath">Paths that belong to a protocol, for requests that no endpoint takes: an unknown verb, say.</param>
/// <param name="fallback">For all other paths.</param>
internal sealed class ErrorMaps(IReadOnlyDictionary<string, ErrorMap> byPath, ErrorMap fallback)
{
    /// <summary>The map for a request.</summary>
    internal ErrorMap For(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ErrorMap>()
        ?? byPath.FirstOrDefault(entry => context.Request.Path.StartsWithSegments(entry.Key)).Value
        ?? fallback;
}
