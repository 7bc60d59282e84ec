using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bullpen.Tests.Hosting;

/// <summary>A prediction whose sender has sent all but its last byte.</summary>
internal sealed class SlowRequest(TcpClient connection) : IDisposable
{
    private const string Body = """{"model_id":"sentiment","input_data":"This movie was great!"}""";

    internal static async Task<SlowRequest> BeginAsync(int port)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, port);
        var head = $"POST /predict HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));

        // The server asks for the body once the request has reached its endpoint: now it is in flight.
        var answer = new byte[25];
        await connection.GetStream().ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldStartWith("HTTP/1.1 100");
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Body[..^1]));
        return new SlowRequest(connection);
    }

    internal async Task<string> FinishAsync()
    {
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Body[^1..]));
        using var reader = new StreamReader(connection.GetStream());
        var buffer = new char[4096];
        var text = new StringBuilder();
        while (!text.ToString().Contains("}}", StringComparison.Ordinal))
        {
            var read = await reader.ReadAsync(buffer);
            if (read == 0) break;
            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }

    public void Dispose() => connection.Dispose();
}
