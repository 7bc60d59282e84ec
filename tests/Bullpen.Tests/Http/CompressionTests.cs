using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Bullpen.Tests.Protocols;

namespace Bullpen.Tests.Http;

/// <summary>Bodies and answers in gzip and deflate: one place reads and writes them, so every protocol has them.</summary>
public sealed class CompressionTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private const string Text = "A body of which nothing is left out.";

    private const string V2 = """{"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["great"]}]}""";

    /// <summary>A way to ask in each protocol, where the body goes, and what is in the answer.</summary>
    public static TheoryData<string, string, string, string> Requests => new()
    {
        { "/v1/models/sentiment:predict", """{"instances":["great"]}""", "gzip", "predictions" },
        { "/v1/models/sentiment:predict", """{"inputs":["great"]}""", "deflate", "outputs" },
        { "/v1/models/sentiment/versions/1:classify", """{"examples":[{"text":"great"}]}""", "gzip", "results" },
        { "/v2/models/sentiment/infer", V2, "gzip", "outputs" },
        { "/predict", """{"model_id":"sentiment","input_data":"great"}""", "deflate", "prediction" },
        { "/predictions/sentiment", "\"great\"", "gzip", "predictions" },
        { "/models/sentiment/invoke", "\"great\"", "deflate", "predictions" },
        { "/cache/plan", """{"model":"sentiment"}""", "gzip", "sentiment" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Every_protocol_inflates_what_it_is_sent(string path, string body, string encoding, string expected)
    {
        using var response = await SendAsync(path, Compressed(encoding, body), encoding);
        var answer = await response.Content.ReadAsStringAsync();

        ((int)response.StatusCode).ShouldBe(200, answer);
        answer.ShouldContain(expected);
    }

    [Theory]
    [InlineData("/v1/models/language_id:predict", """{"instances":[TEXTS]}""")]
    [InlineData("/v1/models/language_id:classify", """{"examples":[ROWS]}""")]
    [InlineData("/predict", """{"model_id":"language_id","input_data":[TEXTS]}""")]
    [InlineData("/predictions/language_id", "[TEXTS]")]
    [InlineData("/openapi/v1.json", null)]
    [InlineData("/models", null)]
    public async Task Every_protocol_compresses_large_answers_for_who_takes_them(string path, string? body)
    {
        body = body?.Replace("TEXTS", string.Join(',', Enumerable.Repeat("\"great\"", 20))).Replace("ROWS", string.Join(',', Enumerable.Repeat("{\"text\":\"great\"}", 20)));
        var plain = await sample.Server.SendAsync(Request(path, body));
        plain.Body.Length.ShouldBeGreaterThan(1024);
        plain.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        var request = Request(path, body);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var response = await sample.Server.Client.SendAsync(request);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        response.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        var compressed = await response.Content.ReadAsByteArrayAsync();
        compressed.Length.ShouldBe((int)response.Content.Headers.ContentLength!);
        using var inflated = new StreamReader(new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress));
        (await inflated.ReadToEndAsync()).ShouldBe(plain.Body);
    }

    [Fact]
    public async Task A_short_answer_is_sent_as_it_is()
    {
        var request = Request("/v1/models/india:predict", """{"instances":[[1,1]]}""");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var response = await sample.Server.Client.SendAsync(request);

        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"predictions":[[6.0]]}""");
    }

    [Theory]
    [InlineData("/v1/models/sentiment:predict", 413)]
    [InlineData("/predictions/sentiment", 413)]
    [InlineData("/predict", 413)]
    public async Task The_limit_on_bodies_holds_for_what_they_inflate_to(string path, int status)
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxBody = 10_000 });
        var bomb = Compressed("gzip", new string(' ', 100_000));
        bomb.Length.ShouldBeLessThan(10_000);
        using var response = await SendAsync(server.Client, path, bomb, "gzip");

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain("(--max-body)");
    }

    [Theory]
    [InlineData("/v1/models/sentiment:predict")]
    [InlineData("/predictions/sentiment")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_400(string path)
    {
        using var response = await SendAsync(path, Encoding.UTF8.GetBytes(Text), "gzip");

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldContain("is not the gzip that its Content-Encoding says");
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 4)]
    [InlineData("gzip", 5)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 9)]
    [InlineData("gzip", 2000)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 4)]
    [InlineData("deflate", 2000)]
    [InlineData("raw deflate", 1)]
    [InlineData("raw deflate", 2000)]
    public async Task A_table_that_breaks_off_is_400_however_much_of_it_can_be_inflated(string encoding, int missing)
    {
        var random = new Random(1);
        var table = new StringBuilder("action,david\n");
        for (var row = 0; row < 10_000; row++) table.Append(random.Next(9)).Append(',').Append(random.Next(9)).Append('\n');
        var compressed = Compressed(encoding, table.ToString());

        await ShouldAnswerAsync(compressed, encoding, 200);
        await ShouldAnswerAsync(compressed[..^missing], encoding, 400);
    }

    [Fact]
    public async Task A_body_of_several_gzip_members_is_read_whole_and_the_last_may_not_break_off()
    {
        byte[] members = [.. Compressed("gzip", "action,david\n1,"), .. Compressed("gzip", "1\n2,2\n")];

        await ShouldAnswerAsync(members, "gzip", 200);
        await ShouldAnswerAsync(members[..^1], "gzip", 400);
        await ShouldAnswerAsync([.. members, .. "of no kind"u8], "gzip", 200);
    }

    [Fact]
    public async Task A_wrong_checksum_is_400()
    {
        var compressed = Compressed("gzip", "action,david\n1,1\n");
        compressed[^8] ^= 1;

        await ShouldAnswerAsync(compressed, "gzip", 400);
    }

    private async Task ShouldAnswerAsync(byte[] table, string encoding, int status)
    {
        using var response = await SendAsync(sample.Server.Client, "/predictions/india", table, encoding.Split(' ')[^1], "text/csv");
        var answer = await response.Content.ReadAsStringAsync();

        ((int)response.StatusCode).ShouldBe(status, answer[..Math.Min(answer.Length, 200)]);
        if (status == 400) answer.ShouldContain("that its Content-Encoding says");
    }

    private Task<HttpResponseMessage> SendAsync(string path, byte[] body, string encoding) => SendAsync(sample.Server.Client, path, body, encoding);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, byte[] body, string encoding, string type = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        content.Headers.ContentEncoding.Add(encoding);
        return client.PostAsync(path, content);
    }

    private static HttpRequestMessage Request(string path, string? body) =>
        body is null ? new HttpRequestMessage(HttpMethod.Get, path)
            : new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static byte[] Compressed(string encoding, string text)
    {
        var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest),
            _ => new DeflateStream(compressed, CompressionLevel.Fastest),
        })
            stream.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
