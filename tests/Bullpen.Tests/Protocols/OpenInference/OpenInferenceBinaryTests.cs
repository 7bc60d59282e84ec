using System.IO.Compression;
using System.Text;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>Tensors in binary behind the JSON or alone, and compressed bodies.</summary>
public sealed class OpenInferenceBinaryTests(TypedServer typed) : IClassFixture<TypedServer>
{
    private const string AllBinary = ""","parameters":{"binary_data_output":true}""";

    [Theory]
    [InlineData("boolean", "BOOL", 1)]
    [InlineData("uint8", "UINT8", 1)]
    [InlineData("uint16", "UINT16", 2)]
    [InlineData("uint32", "UINT32", 4)]
    [InlineData("uint64", "UINT64", 8)]
    [InlineData("int8", "INT8", 1)]
    [InlineData("int16", "INT16", 2)]
    [InlineData("int32", "INT32", 4)]
    [InlineData("int64", "INT64", 8)]
    [InlineData("float16", "FP16", 2)]
    [InlineData("bfloat16", "BF16", 2)]
    [InlineData("float32", "FP32", 4)]
    [InlineData("float64", "FP64", 8)]
    public async Task Every_datatype_comes_back_to_the_last_bit(string model, string datatype, int size)
    {
        var data = Enumerable.Range(0, 6 * size).Select(at => (byte)(datatype == "BOOL" ? at % 2 : at * 37)).ToArray();

        var answer = await typed.InferAsync("identity_" + model, TypedServer.BinaryBody(datatype, "[2,3]", data.Length, AllBinary), data);

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/outputs/0/parameters/binary_data_size").GetInt32().ShouldBe(data.Length);
        answer.Text.ShouldNotContain("\"data\"");
        answer.Binary.ShouldBe(data);
    }

    [Fact]
    public async Task Bytes_that_are_not_text_and_hold_NUL_survive_in_binary_and_are_an_error_in_JSON()
    {
        byte[] data = [3, 0, 0, 0, 0xFF, 0, 0xFE, 0, 0, 0, 0, 1, 0, 0, 0, 0];

        var binary = await typed.InferAsync("identity_string", TypedServer.BinaryBody("BYTES", "[1,3]", data.Length, AllBinary), data);
        var json = await typed.InferAsync("identity_string", TypedServer.BinaryBody("BYTES", "[1,3]", data.Length), data);

        binary.Binary.ShouldBe(data, binary.Text);
        json.Status.ShouldBe(400);
        json.At("/error").GetString()!.ShouldContain("ask for it in binary");
    }

    [Fact]
    public async Task Each_output_is_in_binary_or_JSON_as_it_asks()
    {
        const string inputs = """{"name":"x","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}},{"name":"z","datatype":"FP32","shape":[1],"data":[10]}""";
        const string outputs = """{"name":"minus","parameters":{"binary_data":false}},{"name":"sum"}""";
        var answer = await typed.InferAsync("two_outputs", $$"""{"inputs":[{{inputs}}],"outputs":[{{outputs}}]{{AllBinary}}}""", BitConverter.GetBytes(1f));

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/outputs/0/data/0").GetSingle().ShouldBe(-1);
        BitConverter.ToSingle(answer.Binary).ShouldBe(11);
    }

    [Fact]
    public async Task Without_a_wish_binary_inputs_are_answered_in_JSON()
    {
        var answer = await typed.InferAsync("identity_int32", TypedServer.BinaryBody("INT32", "[1,1]", 4), BitConverter.GetBytes(7));

        (answer.Length, answer.At("/outputs/0/data/0").GetInt32()).ShouldBe((null, 7));
    }

    [Fact]
    public async Task Classes_come_in_binary_too()
    {
        var answer = await typed.InferAsync(
            "identity_int32", TypedServer.Body("INT32", "[1,2]", "[4,9]", ""","outputs":[{"name":"y","parameters":{"classification":1,"binary_data":true}}]"""));

        Encoding.ASCII.GetString(answer.Binary).ShouldBe("\u0003\0\0\09:1", answer.Text);
    }

    [Theory]
    [InlineData("identity_float32", "[1,3]")]
    [InlineData("identity_scalar", "[]")]
    public async Task A_raw_body_is_the_one_input_and_is_answered_in_binary(string model, string shape)
    {
        var data = new byte[shape == "[]" ? 4 : 12];
        data[3] = 0x40;

        var answer = await typed.InferAsync(model, "", data, length: "0");

        answer.Status.ShouldBe(200, answer.Text);
        (answer.At("/outputs/0/shape").GetRawText(), Convert.ToHexString(answer.Binary)).ShouldBe((shape, Convert.ToHexString(data)));
    }

    [Fact]
    public async Task A_raw_body_for_strings_is_one_string()
    {
        var answer = await typed.InferAsync("identity_string", "", [0xFF, 0, 1], length: "0");

        answer.At("/outputs/0/shape").GetRawText().ShouldBe("[1,1]", answer.Text);
        answer.Binary.ShouldBe(new byte[] { 3, 0, 0, 0, 0xFF, 0, 1 });
    }

    [Theory]
    [InlineData("two_outputs", 4)]
    [InlineData("identity_float32", 5)]
    [InlineData("identity_scalar", 8)]
    [InlineData("identity_scalar", 0)]
    public async Task A_raw_body_that_cannot_be_the_input_is_400(string model, int size)
    {
        var answer = await typed.InferAsync(model, "", new byte[size], length: "0");

        answer.Status.ShouldBe(400, answer.Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    public async Task A_compressed_request_is_inflated(string encoding)
    {
        var json = TypedServer.BinaryBody("INT32", "[1,1]", 4);
        byte[] plain = [.. Encoding.UTF8.GetBytes(json), .. BitConverter.GetBytes(7)];
        var content = new ByteArrayContent(Compressed(encoding, plain));
        content.Headers.ContentEncoding.Add(encoding.Split(' ')[^1]);

        var answer = await typed.SendAsync("identity_int32", content, $"{json.Length}");

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/outputs/0/data/0").GetInt32().ShouldBe(7);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip;q=0.1, deflate;q=0.5", "deflate")]
    [InlineData("gzip;q=0, br", "")]
    [InlineData("", "")]
    public async Task A_large_answer_is_compressed_for_who_takes_it(string accepted, string encoding)
    {
        var data = new byte[4096];
        data[5] = 9;
        var answer = await typed.InferAsync(
            "identity_uint8", TypedServer.BinaryBody("UINT8", "[1,4096]", data.Length, AllBinary), data, null, ("Accept-Encoding", accepted));

        answer.Encoding.ShouldBe(encoding);
        var plain = answer with { Body = Inflated(encoding, answer.Body) };
        plain.Binary.ShouldBe(data);
        if (encoding.Length > 0) answer.Body.Length.ShouldBeLessThan(1000);
    }

    [Theory]
    [InlineData("gzip", "not compressed at all")]
    [InlineData("deflate", "not compressed at all")]
    [InlineData("br", "whatever")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_400(string encoding, string text)
    {
        var content = new StringContent(text);
        content.Headers.ContentEncoding.Add(encoding);

        (await typed.SendAsync("identity_int32", content, null)).Status.ShouldBe(400);
    }

    private static byte[] Compressed(string encoding, byte[] plain)
    {
        var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest),
            _ => new DeflateStream(compressed, CompressionLevel.Fastest),
        })
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }

    private static byte[] Inflated(string encoding, byte[] body)
    {
        if (encoding.Length == 0) return body;
        using Stream stream = encoding == "gzip"
            ? new GZipStream(new MemoryStream(body), CompressionMode.Decompress)
            : new ZLibStream(new MemoryStream(body), CompressionMode.Decompress);
        var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
