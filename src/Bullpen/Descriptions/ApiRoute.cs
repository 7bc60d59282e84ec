using Bullpen.Operations;
using Bullpen.Telemetry;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Bullpen.Descriptions;

/// <summary>One endpoint with one verb, as a description shows it: read from the endpoint, so that the two cannot differ.</summary>
/// <param name="Verb">The verb, in lower case.</param>
/// <param name="Path">The path with its parameters: <c>/models/{model}</c>.</param>
/// <param name="Endpoint">The endpoint.</param>
internal sealed record ApiRoute(string Verb, string Path, RouteEndpoint Endpoint)
{
    /// <summary>What it declares.</summary>
    internal Metered Metered => Endpoint.Metadata.GetMetadata<Metered>()!;

    /// <summary>What it says of itself; of one that says nothing, what can be told from its operation.</summary>
    internal ApiOperation Operation => Endpoint.Metadata.GetMetadata<ApiOperation>() ?? Untold();

    /// <summary>The heading that it stands under.</summary>
    internal string Group => Endpoint.Metadata.GetMetadata<ApiGroup>()?.Name ?? Metered.Protocol;

    /// <summary>How it is asked to run a model; null where it is not asked that, or does not say how.</summary>
    internal ModelBody? ModelBody => Endpoint.Metadata.GetMetadata<ModelBody>();

    /// <summary>The names of the parameters in the path.</summary>
    internal IEnumerable<string> Parameters => Endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name);

    /// <summary>All that are answered at an address, by path; HEAD goes without saying beside GET.</summary>
    /// <param name="endpoints">What the server has.</param>
    /// <param name="here">The address.</param>
    internal static IReadOnlyList<ApiRoute> At(EndpointDataSource endpoints, Audience here) =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Metered>() is { } metered && metered.Operation.Audience.IsAnsweredAt(here))
            .SelectMany(endpoint => VerbsOf(endpoint).Select(verb => new ApiRoute(verb, PathOf(endpoint.RoutePattern), endpoint)))
            .OrderBy(route => route.Path, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> VerbsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["POST"]).Where(verb => verb != "HEAD").Select(verb => verb.ToLowerInvariant());

    /// <summary>Without what only the router is to know of a parameter: its constraint, its default.</summary>
    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => throw new ArgumentOutOfRangeException(nameof(pattern), part.PartKind, "A part of a route that nobody knows."),
        }))));

    private ApiOperation Untold()
    {
        var words = Path.Split(['/', '{', '}', ':'], StringSplitOptions.RemoveEmptyEntries);
        var takesBody = Verb is "post" or "put" or "patch";
        return new ApiOperation(
            string.Join('_', words.Prepend(Verb).Prepend(Metered.Protocol)), Metered.Operation.Summary,
            takesBody ? ["application/json"] : [], StatusCodes.Status200OK);
    }
}
