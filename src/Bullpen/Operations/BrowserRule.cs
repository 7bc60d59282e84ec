using System.Net;
using Bullpen.Core;
using Microsoft.Net.Http.Headers;

namespace Bullpen.Operations;

/// <summary>
/// Keeps web pages of others from using a person's browser to manage models, which a browser would let them: it sends what a page
/// asks it to, to any address that the person's machine reaches, and says only in <c>Origin</c> whose page it was.
/// Programs send no Origin, and nothing changes for them but that on a loopback address they must name the server, if they name it, by a name
/// that is its own: a foreign name that leads here is how a page makes itself the server's own (DNS rebinding).
/// Infer is left alone: proxies give the servers behind them other names than a browser sees.
/// </summary>
internal sealed class BrowserRule
{
    private const string Option = "--allowed-origins";
    private const string ToPages = "to web pages of others";

    private readonly HashSet<string> _origins;
    private readonly HashSet<string> _names;

    /// <summary>The rule of one server.</summary>
    /// <param name="allowedOrigins">Origins of web pages that may manage: <c>https://console.example.org</c>.</param>
    /// <param name="ownNames">Names of the server, beside IP addresses and localhost.</param>
    internal BrowserRule(IEnumerable<string> allowedOrigins, IEnumerable<string> ownNames)
    {
        _origins = new HashSet<string>(allowedOrigins, StringComparer.OrdinalIgnoreCase);
        _names = new HashSet<string>(ownNames.Concat(_origins.Select(origin => new Uri(origin).Host)), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Null where the request may pass, else the failure to answer with.</summary>
    internal ServingException? Judge(HttpContext context, Operation operation)
    {
        if (operation.Scope is not (OperationScope.Manage or OperationScope.Metrics)) return null;
        var host = context.Request.Host;
        var isLoopback = context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);
        if (isLoopback && host.HasValue && !IsOwn(host.Host))
        {
            return Refused(
                operation, "under a name that is not the server's own", "Host", $"an IP address, localhost, this machine's name, or a host of {Option}", host.Value,
                $"Where a proxy hands that name on, start the server with {Option} {SchemeOf(context)}://{host.Value}, or have the proxy send its own Host.");
        }

        // What is only read a browser does not show to a page of another origin.
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) return null;
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
            return site == "cross-site"
                ? Refused(operation, ToPages, "Sec-Fetch-Site", "a request of this server's own pages", site, $"A page that is to manage models has to say its Origin, which {Option} then names.")
                : null;
        }

        return _origins.Contains(origin) || IsSame(origin, host) ? null
            : Refused(
                operation, ToPages, HeaderNames.Origin, $"a page of this server under an address or a name of its own, or an origin of {Option}", origin,
                $"Where that page is to manage models, start the server with {Option} {(origin == "null" ? "and the page's origin" : origin)}.");
    }

    /// <summary>That of the address that a browser sees, as far as a proxy says; it is for a message alone.</summary>
    private static string SchemeOf(HttpContext context) =>
        context.Request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase) ? "https" : "http";

    /// <summary>The scheme is left out: a proxy that ends TLS changes it. A name has to be the server's own, whatever address it leads to.</summary>
    private bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && HostString.FromUriComponent(page) == host && IsOwn(host.Host);

    /// <summary>Nobody can have a public name below localhost (RFC 6761) or internal, so those are no stranger's either.</summary>
    private bool IsOwn(string host) =>
        IPAddress.TryParse(host.AsSpan().Trim("[]"), out _) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase)
        || _names.Contains(host);

    private static ServingException Refused(Operation operation, string how, string header, string expected, string actual, string remedy)
    {
        const int longest = 200;
        var shown = actual.Length <= longest ? actual : $"{actual[..longest]}…";
        return new ServingException(
            ServingErrorKind.NotAllowed,
            $"The operation {operation.Name} is refused {how}: expected {expected}, got '{shown}' in {header}. {(actual.Length <= longest ? remedy : "")}".TrimEnd())
        {
            Field = header,
            Expected = expected,
            Actual = shown,
        };
    }
}
