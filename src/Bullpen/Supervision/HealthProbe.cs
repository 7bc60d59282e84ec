using System.Net;
using System.Net.Sockets;

namespace Bullpen.Supervision;

/// <summary>Asks a server on this machine whether it is ready.</summary>
internal static class HealthProbe
{
    private const string Path = "/health/ready";

    /// <summary>Asks once.</summary>
    /// <param name="address">What the server listens on; any address of the machine stands for its loopback one.</param>
    /// <param name="longest">The longest wait for an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is ready, and that in one line.</returns>
    internal static async Task<(bool IsReady, string Line)> AskAsync(Uri address, TimeSpan longest, CancellationToken cancellationToken)
    {
        var url = new Uri(Reachable(address), Path);
        // A probe of this machine never goes through a proxy, whatever the environment says.
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = longest };
        try
        {
            using var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK
                ? (true, $"{url}: ready")
                : (false, $"{url}: not ready (it answers {(int)answer.StatusCode})");
        }
        catch (HttpRequestException e)
        {
            return (false, $"{url}: no answer ({(e.InnerException as SocketException)?.Message ?? e.Message})");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"{url}: no answer within {longest.TotalSeconds} s");
        }
    }

    private static Uri Reachable(Uri address)
    {
        if (!IPAddress.TryParse(address.DnsSafeHost, out var ip)) return address;
        if (ip.Equals(IPAddress.Any)) return new UriBuilder(address) { Host = $"{IPAddress.Loopback}" }.Uri;
        return ip.Equals(IPAddress.IPv6Any) ? new UriBuilder(address) { Host = $"[{IPAddress.IPv6Loopback}]" }.Uri : address;
    }
}
