using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bullpen.Tests.Sources;

/// <summary>
/// A server that sends exactly the bytes that a test wants and then ends the connection, so that all of them arrive: what a
/// real web server has in its buffers when it aborts may be lost.
/// </summary>
internal sealed class CuttingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _heads = [];
    private readonly Task _serving;

    /// <param name="answer">The whole response to a request, by the request's head and its number from 1 on.</param>
    internal CuttingServer(Func<string, int, byte[]> answer)
    {
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    internal string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>The heads of the requests that came.</summary>
    internal IReadOnlyList<string> Heads => _heads;

    internal static byte[] Response(string head, ReadOnlySpan<byte> body) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"), .. body];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync(Func<string, int, byte[]> answer)
    {
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync();
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                head.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
            _heads.Add(head.ToString());
            await socket.SendAsync(answer(head.ToString(), _heads.Count));
            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
