using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace Bullpen.Tests.Operations;

/// <summary>How an endpoint of the built server is asked, whichever protocol's it is.</summary>
internal static class EndpointPaths
{
    /// <summary>A path that leads to it: a value, 1, for each of its parameters.</summary>
    internal static string Of(RouteEndpoint endpoint) => Filled("/" + endpoint.RoutePattern.RawText!.Trim('/'));

    /// <summary>A path with 1 for each of its parameters.</summary>
    internal static string Filled(string path) => Regex.Replace(path, @"\{[^{}]+\}", "1", RegexOptions.None, TimeSpan.FromSeconds(5));

    /// <summary>Its path with the names of its parameters, without their constraints.</summary>
    internal static string TemplateOf(RouteEndpoint endpoint) =>
        "/" + Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @"\{\**(?<name>\w+)[^{}]*\}", "{${name}}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    /// <summary>Its verbs; one that says none takes all, and is asked with POST.</summary>
    internal static IReadOnlyList<string> VerbsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } verbs ? verbs : ["POST"];
}
