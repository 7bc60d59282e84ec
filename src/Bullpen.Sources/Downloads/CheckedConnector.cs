using System.Net;
using System.Net.Sockets;
using Bullpen.Core.Repository;

namespace Bullpen.Sources.Downloads;

/// <summary>
/// Opens connections for downloads. The name is looked up here, once, and what was looked up is checked and connected to: no
/// second look-up, which could lead elsewhere, lies between.
/// </summary>
internal sealed class CheckedConnector(SourcesOptions options)
{
    /// <summary>What carries the allow-list entry of a request to its connection.</summary>
    internal static readonly HttpRequestOptionsKey<AllowedUrl> Entry = new("bullpen.allowed-url");

    /// <summary>A client whose connections are opened here, and that follows no redirect and uses no proxy.</summary>
    internal HttpClient MakeClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = ConnectAsync,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(15),

        // A connection is of the entry that it was opened for, so it serves one request only.
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(Entry, out var entry)) throw new InvalidOperationException("A request without its allow-list entry.");
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await options.Resolve(host, cancellationToken);
        IPAddress[] allowed = [.. addresses.Where(address => AddressRule.Allows(address, entry, options.AllowPrivate))];
        if (allowed.Length == 0 && addresses.Length > 0) throw new AddressRefusedException(host);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
