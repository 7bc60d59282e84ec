using System.Net;
using System.Net.Sockets;
using System.Text;
using Bullpen.Supervision;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.Supervision;

/// <summary><c>bullpen health</c>: one line and an exit code, in bounded time.</summary>
public sealed class HealthTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public void Dispose() => _server.Dispose();

    [SkippableFact]
    public async Task It_follows_the_server_from_ready_to_draining_to_gone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        var port = ServerChild.FreePort();
        var environment = new Dictionary<string, string> { ["PORT"] = $"{port}" };
        using var server = new ServerChild(environment, "serve");
        server.WaitForLine("listens on");
        using (var slow = await SlowRequest.BeginAsync(port))
        {
            Health(environment).ShouldBe((0, $"http://127.0.0.1:{port}/health/ready: ready"));

            server.Signal("TERM");
            server.WaitForLine("Shutting down");
            Health(environment).ShouldBe((1, $"http://127.0.0.1:{port}/health/ready: not ready (it answers 503)"));
            await slow.FinishAsync();
        }

        server.WaitForExit();
        Health(environment).ShouldBe((1, $"http://127.0.0.1:{port}/health/ready: no answer (Connection refused)"));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task It_asks_on_the_loopback_address_where_the_server_listens_on_all(string host)
    {
        _server.Start();
        var answered = AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        var (isReady, _) = await HealthProbe.AskAsync(new Uri($"http://{host}:{Port}"), Patience, CancellationToken.None);

        isReady.ShouldBeTrue();
        (await answered).ShouldStartWith("GET /health/ready HTTP/1.1");
    }

    [Fact]
    public async Task A_redirect_is_no_readiness()
    {
        _server.Start();
        var answered = AnswerAsync($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{Port}/\r\nContent-Length: 0\r\n\r\n");

        var (isReady, line) = await HealthProbe.AskAsync(new Uri($"http://127.0.0.1:{Port}"), Patience, CancellationToken.None);

        isReady.ShouldBeFalse();
        line.ShouldEndWith("not ready (it answers 302)");
        await answered;
    }

    [Fact]
    public void A_server_that_does_not_answer_is_not_waited_for()
    {
        _server.Start();

        Health(null, "--url", $"http://127.0.0.1:{Port}", "--timeout", "200ms").ShouldBe((1, $"http://127.0.0.1:{Port}/health/ready: no answer within 0.2 s"));
    }

    [Theory]
    [InlineData("--url", "nonsense", "--url: 'nonsense' is not an address")]
    [InlineData("--url", "https://127.0.0.1", "--url: 'https://127.0.0.1' is not an address")]
    [InlineData("--timeout", "0", "--timeout: '0' is not a time")]
    public void A_wrong_value_is_one_line(string option, string value, string message)
    {
        var (code, output) = Health(null, option, value);

        code.ShouldBe(1);
        output.ShouldContain(message);
        output.Split('\n').Length.ShouldBe(1);
    }

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    private static (int Code, string Output) Health(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using var child = new ServerChild(environment, ["health", .. arguments]);
        return (child.WaitForExit(), child.Output);
    }

    /// <summary>Answers one request; what it was.</summary>
    private async Task<string> AnswerAsync(string answer)
    {
        using var connection = await _server.AcceptTcpClientAsync().WaitAsync(Patience);
        var buffer = new byte[4096];
        var read = await connection.GetStream().ReadAsync(buffer);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
