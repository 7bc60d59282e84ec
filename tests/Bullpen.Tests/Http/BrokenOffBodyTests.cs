using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Bullpen.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bullpen.Tests.Http;

/// <summary>Clients that leave within a body: nobody's fault, and nothing that an operator has to read of.</summary>
public sealed class BrokenOffBodyTests
{
    private const int Clients = 30;

    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    [InlineData(300_000)]
    public async Task A_client_that_leaves_within_its_body_is_no_warning(int blanks)
    {
        var warnings = new Warnings();
        var server = await RunningServer.StartAsync(
            Checkout.At("samples", "models"), replace: services => services.AddSingleton<ILoggerProvider>(warnings));

        for (var at = 0; at < Clients; at++) await LeaveAsync(server.Client.BaseAddress!, blanks);

        // Its end is awaited by the end of the server, which waits for its connections.
        await server.DisposeAsync();
        warnings.Lines.ShouldBeEmpty();
    }

    /// <summary>Sends the start of a body as two parts, so that the server has read the first of them, and leaves.</summary>
    private static async Task LeaveAsync(Uri address, int blanks)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            "POST /v2/models/india/infer HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 600000\r\n\r\n"));
        var going = new byte[64];
        (await stream.ReadAsync(going)).ShouldBeGreaterThan(0, "100 Continue: it reads the body");
        await stream.WriteAsync(Encoding.Latin1.GetBytes("{\"inputs\":[" + new string(' ', blanks)));
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
