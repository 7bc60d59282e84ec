using System.Net;
using System.Net.Sockets;

namespace Bullpen.Tests.Hosting;

/// <summary>The program as a user meets it: banner, one-line errors, exit codes, signals.</summary>
public sealed class ServeCommandTests
{
    [Fact]
    public async Task It_serves_the_samples_without_any_argument_and_says_where_and_what()
    {
        var port = ServerChild.FreePort();
        using var server = new ServerChild(new Dictionary<string, string> { ["PORT"] = $"{port}" });

        server.WaitForLine("listens on").ShouldContain($"http://127.0.0.1:{port}");
        server.WaitForLine("repository").ShouldContain("samples");
        server.WaitForLine("models").ShouldContain("10 registered");
        server.WaitForLine("memory").ShouldContain("iB for models");
        using var client = new HttpClient { DefaultRequestHeaders = { Accept = { new("text/plain") } } };
        (await client.GetStringAsync($"http://127.0.0.1:{port}/")).ShouldContain("/predict");
    }

    [Theory]
    [InlineData("serve --repository /no/such/folder", "--repository: there is no folder '/no/such/folder'", 1)]
    [InlineData("serve --max-models none", "--max-models: 'none' is not a whole number", 1)]
    [InlineData("serve --max-models 0", "--max-models: '0' is not", 1)]
    [InlineData("serve --workers 2147483647", "--workers: '2147483647' is not a whole number from 1 to 1024", 1)]
    [InlineData("serve --memory lots", "--memory: 'lots' is not a size", 1)]
    [InlineData("serve --eviction magic", "--eviction: 'magic' is not a policy; there is lru", 1)]
    [InlineData("serve --repository ", "--repository: '' is not a path", 1)]
    [InlineData("serve --repository README.md", "--repository: 'README.md' is a file, not a folder", 1)]
    [InlineData("serve --queue 2147483647", "--queue: '2147483647' is not a whole number from 0 to 1000000", 1)]
    [InlineData("serve --memory 79228162514264337593543950335TiB", "is not a size", 1)]
    [InlineData("serve --urls ftp://x", "--urls: 'ftp://x' is not", 1)]
    [InlineData("serve --models-config /no/such.json", "there is no file", 1)]
    [InlineData("serve --config /no/such.json", "cannot be read", 1)]
    [InlineData("serve --no-such-option", "--no-such-option", 2)]
    [InlineData("swerve", "swerve", 2)]
    public void A_wrong_start_ends_at_once_with_one_line(string arguments, string message, int exitCode)
    {
        using var server = new ServerChild(null, arguments.Split(' '));

        server.WaitForExit().ShouldBe(exitCode);
        server.Output.ShouldContain(message);
        server.Output.Split('\n').Length.ShouldBe(1, server.Output);
    }

    [Fact]
    public void A_taken_port_ends_it_with_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        using var server = new ServerChild(null, "serve", "--urls", url);

        server.WaitForExit().ShouldBe(75);
        server.Output.ShouldContain($"{url} is taken");
        server.Output.Split('\n').Length.ShouldBe(1, server.Output);
    }

    [Fact]
    public void A_taken_port_of_management_ends_it_with_one_line_that_says_which()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        using var server = new ServerChild(null, "serve", "--urls", "http://127.0.0.1:0", "--management-urls", url);

        server.WaitForExit().ShouldBe(75);
        server.Output.ShouldContain($"{url} is taken by another program; choose another address with --management-urls.");
        server.Output.Split('\n').Length.ShouldBe(1, server.Output);
    }

    [Fact]
    public void Two_addresses_are_both_said()
    {
        using var server = new ServerChild(null, "serve", "--urls", "http://0.0.0.0:0");

        server.WaitForLine("listens on").ShouldContain("http://0.0.0.0:");
        server.WaitForLine("management").ShouldContain("http://127.0.0.1:");
        server.WaitForLine("try").ShouldContain("http://127.0.0.1:");
    }

    [Fact]
    public void An_address_that_is_not_there_yet_ends_it_with_the_same_code()
    {
        // Of the block that RFC 5737 keeps for documents: no machine has it.
        using var server = new ServerChild(null, "serve", "--urls", "http://192.0.2.1:8080", "--management-urls", "http://192.0.2.1:8080");

        server.WaitForExit().ShouldBe(75);
        server.Output.ShouldBe("bullpen: Cannot listen on http://192.0.2.1:8080 (--urls): this machine does not have that address, or not yet.");
    }

    [Fact]
    public async Task A_client_that_breaks_off_its_upload_is_no_error_in_the_log()
    {
        var port = ServerChild.FreePort();
        using var server = new ServerChild(null, "serve", "--urls", $"http://127.0.0.1:{port}");
        server.WaitForLine("listens on");
        for (var i = 0; i < 5; i++)
        {
            using var upload = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await upload.ConnectAsync(IPAddress.Loopback, port);
            await upload.SendAsync("POST /predict HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n"u8.ToArray());
            // It says so when it begins to read.
            (await upload.ReceiveAsync(new byte[100])).ShouldBeGreaterThan(0);
        }

        server.Signal("TERM");
        server.WaitForExit().ShouldBe(0);
        server.Output.ShouldNotContain(" error ");
        server.Output.ShouldNotContain("Exception");
    }

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_drains_requests_in_flight_finish_and_it_exits_with_zero(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        var port = ServerChild.FreePort();
        using var server = new ServerChild(null, "serve", "--urls", $"http://127.0.0.1:{port}");
        server.WaitForLine("listens on");
        using var slow = await SlowRequest.BeginAsync(port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);

        server.Signal(signal);
        server.WaitForLine("Shutting down");

        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/models")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await slow.FinishAsync()).ShouldContain("\"label\":\"positive\"");
        server.WaitForExit().ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_second_signal_ends_it_at_once()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        var port = ServerChild.FreePort();
        using var server = new ServerChild(null, "serve", "--urls", $"http://127.0.0.1:{port}", "--grace", "10s");
        server.WaitForLine("listens on");
        using var slow = await SlowRequest.BeginAsync(port);

        server.Signal("TERM");
        server.WaitForLine("Shutting down");
        server.Signal("TERM");

        server.WaitForExit();
        server.Output.ShouldNotContain("still in flight");
    }
}
