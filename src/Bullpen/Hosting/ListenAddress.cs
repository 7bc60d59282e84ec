using System.Net;
using Bullpen.Http;
using Bullpen.Operations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bullpen.Hosting;

/// <summary>
/// One address that the server listens on, and for whom. A connection carries its audience from the moment it is accepted, so
/// that what may be asked depends on the socket it came by and on nothing that a client sends.
/// </summary>
/// <param name="Url">As it was given: <c>http://127.0.0.1:8080</c>.</param>
/// <param name="Audience">Whose requests are answered there.</param>
/// <param name="Option">The option that sets it, for messages.</param>
internal sealed record ListenAddress(string Url, Audience Audience, string Option)
{
    /// <summary>One for everybody, or one for inference and then one for management.</summary>
    internal static IReadOnlyList<ListenAddress> Of(string urls, string? managementUrls) =>
        managementUrls is null || new Uri(urls) == new Uri(managementUrls)
            ? [new(urls, Audience.Everyone, Audience.Inference.Option)]
            : [new(urls, Audience.Inference, Audience.Inference.Option), new(managementUrls, Audience.Management, Audience.Management.Option)];

    /// <summary>Has the server listen there: on an IP address, on both loopback addresses for <c>localhost</c>, on all for any other name.</summary>
    internal void Listen(KestrelServerOptions kestrel)
    {
        var uri = new Uri(Url);
        if (IPAddress.TryParse(uri.DnsSafeHost, out var ip)) kestrel.Listen(ip, uri.Port, Mark);
        else if (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.ListenLocalhost(uri.Port, Mark);
        else kestrel.ListenAnyIP(uri.Port, Mark);
    }

    private void Mark(ListenOptions options) => options.Use(next => connection =>
    {
        connection.Features.Set(Audience);
        var framing = new ChunkFraming();
        connection.Features.Set(framing);
        connection.Transport = new CountedTransport(connection.Transport, framing);
        return next(connection);
    });
}
