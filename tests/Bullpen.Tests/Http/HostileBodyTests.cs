using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Bullpen.Tests.Protocols;

namespace Bullpen.Tests.Http;

/// <summary>Bodies that are refused while they are sent: by each dialect, and so that the sender gets to read why.</summary>
public sealed class HostileBodyTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private const int Announced = 60 << 20;

    private static readonly string[] Routes = ["/v2/models/india/infer", "/predictions/india", "/invocations?model_name=india", "/v1/models/india:predict", "/predict"];

    public static TheoryData<string, string> Refused()
    {
        var cases = new TheoryData<string, string>();
        foreach (var route in Routes)
        {
            foreach (var attack in new[] { "depth 250000", "a million keys", "millions of values", "millions of objects", "a long number" }) cases.Add(route, attack);
        }

        cases.Add(Routes[0], "a million outputs");
        cases.Add(Routes[0], "a million parameters");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_too_much_is_refused_before_all_of_it_came(string route, string attack)
    {
        var start = attack switch
        {
            "depth 250000" => new string('[', 250_000),
            "a million keys" => "{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(at => $"\"k{at}\":0")),
            "millions of values" => "{\"inputs\":[" + string.Concat(Enumerable.Repeat("1,", 9_000_000)),
            "millions of objects" => "{\"inputs\":[" + string.Concat(Enumerable.Repeat("{},", 3_000_000)),
            "a long number" => "{\"inputs\":" + new string('1', 200_000),
            "a million outputs" => "{\"outputs\":[" + string.Concat(Enumerable.Repeat("{\"name\":\"a\"},", 1_000_000)),
            _ => "{\"parameters\":{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(at => $"\"k{at}\":0")),
        };

        // The rest never comes: the answer cannot wait for it.
        await using var client = await SendAsync(Head(route, $"Content-Length: {Announced}\r\n") + start);

        (await client.ReadStatusAsync()).ShouldBe(route == "/predict" ? 422 : 400);
        (await sample.Server.GetAsync("/ping")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_length_of_the_JSON_beyond_the_body_is_refused_before_anything_of_it_came()
    {
        await using var client = await SendAsync(Head(Routes[0], "Content-Length: 100\r\nInference-Header-Content-Length: 99999999999\r\n"));

        (await client.ReadStatusAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task Chunks_too_small_are_refused_before_all_of_them_came()
    {
        await using var client = await SendAsync(Head(Routes[0], "Transfer-Encoding: chunked\r\n") + string.Concat(Enumerable.Repeat("1\r\n \r\n", 200_000)));

        (await client.ReadStatusAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task Chunks_of_hardly_any_data_that_say_much_beside_it_are_refused_before_all_of_them_came()
    {
        // 20 MB for 20 kB of data; the rest never comes.
        var chunk = $"1;{new string('x', 1000)}\r\n \r\n";
        await using var client = await SendAsync(Head(Routes[0], "Transfer-Encoding: chunked\r\n") + string.Concat(Enumerable.Repeat(chunk, 20_000)));

        (await client.ReadStatusAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task A_chunk_that_says_ever_more_before_its_data_is_refused()
    {
        await using var client = await SendAsync(Head(Routes[0], "Transfer-Encoding: chunked\r\n") + "1;" + new string('x', 20_000_000));

        (await client.ReadStatusAsync()).ShouldBe(400);
    }

    [Theory]
    [InlineData("/predictions/india", "Content-Length: 70000000\r\n", 413)]
    [InlineData("/models", "Content-Length: 70000000\r\n", 413)]
    [InlineData("/no/such/route", "Content-Length: 70000000\r\n", 404)]
    [InlineData("/v2/models/india/infer", "Content-Length: 70000000\r\nContent-Encoding: gzip\r\n", 413)]
    public async Task Who_sends_on_after_the_answer_is_not_cut_off(string route, string headers, int status)
    {
        await using var client = await SendAsync(Head(route, headers));
        (await client.ReadStatusAsync()).ShouldBe(status);

        await client.SendAsync(new string(' ', 70_000_000) + "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n");

        (await client.ReadStatusAsync()).ShouldBe(200, "the connection goes on");
    }

    [Fact]
    public async Task A_client_that_sends_too_much_in_chunks_reads_that_it_was_too_much()
    {
        var chunk = "10000\r\n" + new string(' ', 1 << 16) + "\r\n";
        await using var client = await SendAsync(Head("/predictions/india", "Transfer-Encoding: chunked\r\n"));

        await client.SendAsync(string.Concat(Enumerable.Repeat(chunk, 1200)) + "0\r\n\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n");

        (await client.ReadStatusAsync()).ShouldBe(413);
        (await client.ReadStatusAsync()).ShouldBe(200, "the connection goes on");
    }

    [Fact]
    public async Task A_header_that_the_server_puts_in_place_of_a_second_length_is_taken_for_one()
    {
        const string body = """{"action":[1],"david":[1]}""";
        await using var client = await SendAsync(Head("/predictions/india", "Transfer-Encoding: chunked\r\nX-Content-Length: 7\r\n") + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        (await client.ReadStatusAsync()).ShouldBe(400);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    public async Task After_a_body_of_two_lengths_nothing_more_is_read_from_the_connection(string headers)
    {
        const string body = """{"action":[1],"david":[1]}""";
        await using var client = await SendAsync(
            Head("/predictions/india", headers) + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n" + Head("/models", "Content-Length: 0\r\n"));

        (await client.ReadStatusAsync()).ShouldBe(400);
        (await client.ReadsEndAsync()).ShouldBeTrue();
    }

    private static string Head(string route, string headers) => $"POST {route} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}\r\n";

    private async Task<RawClient> SendAsync(string text)
    {
        var client = await RawClient.ConnectAsync(sample.Server.Client.BaseAddress!);
        await client.SendAsync(text);
        return client;
    }

    /// <summary>Writes what it is told and reads one answer after the other.</summary>
    private sealed class RawClient(TcpClient connection) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly StringBuilder _read = new();

        internal static async Task<RawClient> ConnectAsync(Uri address)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(address.Host, address.Port);
            return new RawClient(connection);
        }

        internal async Task SendAsync(string text) => await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

        internal async Task<int> ReadStatusAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            var buffer = new byte[4096];
            while (true)
            {
                var text = _read.ToString();
                var headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (headEnd >= 0)
                {
                    const string name = "Content-Length: ";
                    var at = text.IndexOf(name, StringComparison.Ordinal) + name.Length;
                    var end = headEnd + 4 + int.Parse(text[at..text.IndexOf('\r', at)], CultureInfo.InvariantCulture);
                    if (text.Length >= end)
                    {
                        _read.Remove(0, end);
                        return int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture);
                    }
                }

                var read = await connection.GetStream().ReadAsync(buffer, patience.Token);
                read.ShouldBeGreaterThan(0, "the connection ended before an answer");
                _read.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }

        /// <summary>Whether nothing comes any more, and the connection ends.</summary>
        internal async Task<bool> ReadsEndAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            return _read.Length == 0 && await connection.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }

        public ValueTask DisposeAsync()
        {
            connection.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
