using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bullpen.Load;

/// <summary>Sends one request again and again at a steady pace over one connection, from the calling thread alone: nothing of its own delays it.</summary>
internal sealed class SteadyClient : IDisposable
{
    private readonly Socket _connection = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[64 * 1024];

    internal SteadyClient(Uri server, string path, string contentType, byte[] body)
    {
        _connection.Connect(server.Host, server.Port);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n");
        _request = [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public void Dispose()
    {
        _connection.Dispose();
        _never.Dispose();
    }

    /// <summary>Adds what each answer took, in milliseconds. Where one is late the next is sent at once, and counts from when it was due.</summary>
    internal void Measure(TimeSpan duration, TimeSpan pace, List<double> latencies)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var due = TimeSpan.Zero;
        while (due < duration)
        {
            if (due - time.GetElapsedTime(start) is { Ticks: > 0 } early) _never.WaitOne(early);
            var from = time.GetElapsedTime(start);
            Ask();
            var end = time.GetElapsedTime(start);
            latencies.Add((end - (from - due > pace ? due : from)).TotalMilliseconds);
            due += pace;
        }
    }

    /// <summary>The answers are small and come in one piece; one that is no 200 ends the measurement.</summary>
    private void Ask()
    {
        _connection.Send(_request);
        var length = _connection.Receive(_answer);
        if (!_answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.UTF8.GetString(_answer, 0, length));
    }
}
