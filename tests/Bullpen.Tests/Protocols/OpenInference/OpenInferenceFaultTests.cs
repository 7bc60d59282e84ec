using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Bullpen.Core.Inputs;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>Requests that lie: 4xx in the protocol's shape, no memory for what is only claimed, and the server goes on.</summary>
[Collection(nameof(WholeProcessCollection))]
public sealed class OpenInferenceFaultTests(TypedServer typed) : IClassFixture<TypedServer>
{
    private const long SomeMemory = 8 << 20;

    [Theory]
    [InlineData("[16,1152921504606846978]")]
    [InlineData("[4611686018427387904,2]")]
    [InlineData("[9223372036854775807,9223372036854775807]")]
    [InlineData("[-1,1]")]
    [InlineData("[0,0]")]
    [InlineData("[1.5,1]")]
    [InlineData("[18446744073709551617]")]
    [InlineData("[2147483648]")]
    [InlineData("rank 1000")]
    public async Task A_shape_that_the_data_cannot_have_is_400(string shape)
    {
        if (shape.StartsWith("rank", StringComparison.Ordinal)) shape = $"[{string.Join(',', Enumerable.Repeat("1", 1000))}]";

        await RefusedAsync("identity_float32", TypedServer.Body("FP32", shape, "[1]"));
        await RefusedAsync("identity_float32", TypedServer.BinaryBody("FP32", shape, 4), [1, 2, 3, 4]);
        await RefusedAsync("identity_string", TypedServer.BinaryBody("BYTES", shape, 5), [1, 0, 0, 0, 65]);
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","datatype":"INT32","shape":[1],"data":[1]},{"name":"z","datatype":"FP32","shape":[1],"data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]},{"name":"z","datatype":"FP32","shape":[1],"data":[1]},{"name":"w","datatype":"FP32","shape":[1],"data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]},{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP7","shape":[1],"data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1]}]}""")]
    [InlineData("""{"inputs":{}}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public async Task Inputs_that_are_wrong_missing_too_many_or_twice_are_400(string body) => await RefusedAsync("two_outputs", body);

    [Theory]
    [InlineData("""{"name":"sum"},{"name":"sum"}""")]
    [InlineData("""{"name":"nothing"}""")]
    [InlineData("""{"nom":"sum"}""")]
    [InlineData("7")]
    [InlineData("a million")]
    public async Task Outputs_that_are_wrong_twice_or_a_million_are_400(string outputs)
    {
        if (outputs == "a million") outputs = string.Join(',', Enumerable.Repeat("""{"name":"sum"}""", 1_000_000));
        const string inputs = """{"name":"x","datatype":"FP32","shape":[1],"data":[1]},{"name":"z","datatype":"FP32","shape":[1],"data":[1]}""";

        await RefusedAsync("two_outputs", $$"""{"inputs":[{{inputs}}],"outputs":[{{outputs}}]}""");
    }

    [Theory]
    [InlineData("float32", "FP32", "[-0.0]", "[-0.0]")]
    [InlineData("float64", "FP64", "[-0.0]", "[-0.0]")]
    [InlineData("float32", "FP32", "[1e-45]", "[1E-45]")]
    [InlineData("float64", "FP64", "[5e-324]", "[5E-324]")]
    [InlineData("int64", "INT64", "[9007199254740993]", "[9007199254740993]")]
    [InlineData("uint64", "UINT64", "[18446744073709551615]", "[18446744073709551615]")]
    public async Task Numbers_at_the_edge_come_back_whole(string model, string datatype, string data, string expected)
    {
        var answer = await typed.InferAsync("identity_" + model, TypedServer.Body(datatype, "[1,1]", data));

        answer.At("/outputs/0/data").GetRawText().ShouldBe(expected, answer.Text);
    }

    [Theory]
    [InlineData("FFFFFFFF41")]
    [InlineData("0200000041")]
    [InlineData("0000000041")]
    [InlineData("010000")]
    [InlineData("")]
    public async Task A_string_whose_length_lies_is_400(string hex)
    {
        var data = Convert.FromHexString(hex);

        await RefusedAsync("identity_string", TypedServer.BinaryBody("BYTES", "[1,1]", data.Length), data);
    }

    [Theory]
    [InlineData("depth 250000")]
    [InlineData("a million keys")]
    [InlineData("a key twice")]
    [InlineData("bad UTF-8")]
    [InlineData("a lone surrogate")]
    [InlineData("an endless string")]
    public async Task JSON_that_is_an_attack_is_400(string attack)
    {
        var body = attack switch
        {
            "depth 250000" => Encoding.ASCII.GetBytes(new string('[', 250_000)),
            "a million keys" => Encoding.ASCII.GetBytes("{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(at => $"\"k{at}\":0")) + "}"),
            "a key twice" => """{"inputs":[],"inputs":[]}"""u8.ToArray(),
            "bad UTF-8" => Encoding.Latin1.GetBytes("{\"id\":\"\u00C3(\",\"inputs\":[]}"),
            "a lone surrogate" => """{"id":"\ud800","inputs":[]}"""u8.ToArray(),
            _ => Encoding.ASCII.GetBytes("{\"id\":\"" + new string('a', 32 << 20)),
        };

        await RefusedAsync("identity_float32", new ByteArrayContent(body), null, (body.Length * 2L) + SomeMemory);
    }

    [Fact]
    public async Task The_limit_on_bodies_holds_for_what_they_inflate_to()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxBody = 1 << 20 });
        var compressed = new MemoryStream();
        await using (var stream = new GZipStream(compressed, CompressionLevel.Fastest)) await stream.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', 64 << 20)));
        var content = new ByteArrayContent(compressed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = await server.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v2/models/india/infer") { Content = content });

        answer.Status.ShouldBe(413, answer.Body);
        answer.Text("/error")!.ShouldContain("inflates to more than the limit of 1048576 bytes (--max-body)");
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(16 << 20);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("99999999999999999999999")]
    [InlineData("100000")]
    [InlineData("x")]
    [InlineData("0x10")]
    [InlineData("1")]
    public async Task A_length_of_the_JSON_that_cannot_be_is_400(string length)
    {
        var json = TypedServer.Body("FP32", "[1,1]", "[1]");

        await RefusedAsync("identity_float32", new StringContent(json), length, SomeMemory);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("3")]
    [InlineData("5")]
    [InlineData("99999999999")]
    [InlineData("\"4\"")]
    [InlineData("4.5")]
    public async Task A_size_of_binary_data_that_cannot_be_is_400(string size)
    {
        var json = TypedServer.BinaryBody("FP32", "[1,1]", 4).Replace(":4}", $":{size}}}");

        await RefusedAsync("identity_float32", json, [0, 0, 0, 0]);
    }

    [Fact]
    public async Task Data_that_nobody_announced_is_400()
    {
        await RefusedAsync("identity_float32", TypedServer.Body("FP32", "[1,1]", "[1]"), [1, 2, 3]);
        await RefusedAsync("identity_float32", TypedServer.BinaryBody("FP32", "[1,1]", 4).Replace("\"parameters\"", "\"data\":[1],\"parameters\""), [0, 0, 0, 0]);
        await RefusedAsync("identity_boolean", TypedServer.BinaryBody("BOOL", "[1,2]", 2), [0, 2]);
    }

    [Theory]
    [InlineData("both lengths")]
    [InlineData("two lengths")]
    [InlineData("a chunk that lies")]
    [InlineData("a chunk of 80000000")]
    [InlineData("a chunk of FFFFFFFF")]
    [InlineData("a chunk of FFFFFFFFFFFFFFFF")]
    [InlineData("a bare line feed")]
    [InlineData("a bare line feed after an extension")]
    public async Task Framing_that_two_servers_could_read_in_two_ways_is_refused_and_the_connection_ends(string attack)
    {
        const string smuggled = "GET /v2/health/live HTTP/1.1\r\nHost: b\r\n\r\n";
        const string chunked = "Transfer-Encoding: chunked\r\n";
        var json = TypedServer.Body("FP32", "[1,1]", "[1]");
        var (headers, body) = attack switch
        {
            "both lengths" => ("Content-Length: 4\r\n" + chunked, $"{json.Length:x}\r\n{json}\r\n0\r\n\r\n"),
            "two lengths" => ($"Content-Length: {json.Length}\r\nContent-Length: 5\r\n", json),
            "a chunk that lies" => (chunked, $"{json.Length - 2:x}\r\n{json}\r\n0\r\n\r\n"),
            _ when attack.StartsWith("a chunk of ", StringComparison.Ordinal) => (chunked, $"{attack["a chunk of ".Length..]}\r\n{json}\r\n0\r\n\r\n"),
            "a bare line feed" => (chunked, $"{json.Length:x}\n{json}\r\n0\r\n\r\n"),
            _ => (chunked, $"{json.Length:x};x\n{json}\r\n0\r\n\r\n"),
        };

        var answer = await RawAsync($"POST /v2/models/identity_float32/infer HTTP/1.1\r\nHost: a\r\n{headers}\r\n{body}{smuggled}");

        answer.ShouldStartWith("HTTP/1.1 400");
        answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal).ShouldBe(0, "the second request is nobody's");
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_body_in_65537_chunks_of_a_byte_is_400_and_the_connection_ends()
    {
        var json = TypedServer.Body("FP32", "[1,1]", "[1]").PadRight(65_537);

        var answer = await RawAsync(Chunked(json, 1) + "GET /v2/health/live HTTP/1.1\r\nHost: b\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain("Connection: close");
        answer.ShouldContain("expected chunks that take at most 2 times their data on the wire");
        answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal).ShouldBe(0, "nothing more is read");
        await IsAliveAsync();
    }

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(16, 1 << 20)]
    [InlineData(4096, 60 << 20)]
    public async Task A_body_in_chunks_that_hold_something_is_read_like_any_other(int size, int length)
    {
        var json = TypedServer.Body("FP32", "[1,1]", "[1]").PadRight(length);

        (await RawAsync(Chunked(json, size, "Connection: close\r\n"))).ShouldStartWith("HTTP/1.1 200");
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("-1")]
    [InlineData("100000")]
    public async Task A_length_of_the_JSON_that_cannot_be_is_400_of_a_compressed_body_too(string length)
    {
        var content = Gzip(Encoding.ASCII.GetBytes(TypedServer.Body("FP32", "[1,1]", "[1]")));

        await RefusedAsync("identity_float32", content, length, SomeMemory);
    }

    [Fact]
    public async Task A_million_keys_that_are_compressed_are_400()
    {
        var content = Gzip(Encoding.ASCII.GetBytes("{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(at => $"\"k{at}\":0")) + "}"));

        await RefusedAsync("identity_float32", content, null, SomeMemory);
    }

    [Fact]
    public async Task Names_that_are_long_and_parameters_that_are_many_are_400()
    {
        var name = new string('n', TensorLimits.MaxNameBytes + 1);
        var parameters = string.Join(',', Enumerable.Range(0, TensorLimits.MaxParameters + 1).Select(at => $"\"p{at}\":0"));
        foreach (var (body, field, expected) in new[]
        {
            (TypedServer.Body("FP32", "[1,1]", "[1]", $",\"id\":\"{name}\""), "id", "at most 65536 bytes"),
            (TypedServer.Body(name, "[1,1]", "[1]"), "inputs[0].datatype", "at most 65536 bytes"),
            (TypedServer.Body("FP32", "[1,1]", "[1]", $",\"outputs\":[{{\"name\":\"{name}\"}}]"), "outputs[0].name", "at most 65536 bytes"),
            (TypedServer.Body("FP32", "[1,1]", "[1]", $",\"parameters\":{{{parameters}}}"), "parameters", "at most 1000"),
        })
        {
            var answer = await typed.InferAsync("identity_float32", body);

            answer.Status.ShouldBe(400, answer.Text);
            answer.At("/field").GetString().ShouldBe(field);
            answer.At("/expected").GetString().ShouldBe(expected);
        }

        (await typed.InferAsync("identity_float32", TypedServer.Body("FP32", "[1,1]", "[1]", $",\"id\":\"{name[1..]}\""))).Status.ShouldBe(200);
    }

    private async Task RefusedAsync(string model, string json, byte[]? binary = null)
    {
        var length = binary is null ? null : json.Length.ToString(CultureInfo.InvariantCulture);
        await RefusedAsync(model, new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. binary ?? []]), length, (json.Length * 24L) + SomeMemory);
    }

    private async Task RefusedAsync(string model, ByteArrayContent content, string? length, long memory)
    {
        (await typed.Server.GetAsync($"/v2/models/{model}")).Status.ShouldBe(200, "it is in memory");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = await typed.SendAsync(model, content, length);

        answer.Status.ShouldBe(400, answer.Text);
        answer.At("/error").GetString().ShouldNotBeNullOrEmpty();
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(memory);
        await IsAliveAsync();
    }

    private static ByteArrayContent Gzip(byte[] body)
    {
        var compressed = new MemoryStream();
        using (var stream = new GZipStream(compressed, CompressionLevel.Fastest)) stream.Write(body);
        var content = new ByteArrayContent(compressed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static string Chunked(string body, int size, string headers = "")
    {
        var text = new StringBuilder($"POST /v2/models/identity_float32/infer HTTP/1.1\r\nHost: a\r\n{headers}Transfer-Encoding: chunked\r\n\r\n");
        for (var at = 0; at < body.Length; at += size)
        {
            var length = Math.Min(size, body.Length - at);
            text.Append(CultureInfo.InvariantCulture, $"{length:x}\r\n").Append(body, at, length).Append("\r\n");
        }

        return text.Append("0\r\n\r\n").ToString();
    }

    private async Task IsAliveAsync() => (await typed.Server.GetAsync("/v2/health/ready")).Status.ShouldBe(200);

    private async Task<string> RawAsync(string request)
    {
        var address = typed.Server.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await reader.ReadToEndAsync(patience.Token);
    }
}
