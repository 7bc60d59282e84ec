using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bullpen.Load;

/// <summary>Makes requests that are wrong by construction, so that each must be answered with 4xx. The same seed, the same requests.</summary>
internal sealed class MalformedRequests(int seed)
{
    private const string Frame = """{"action": {"0": 1, "1": 1}, "david": {"0": 1, "1": 2}}""";

    private static readonly string[] Models = ["sentiment", "spam", "image", "india", "iris", "penguins"];
    private static readonly byte[][] ImageStarts = [[0xFF, 0xD8, 0xFF, 0xE0], [0x89, .. "PNG\r\n\x1A\n"u8], [.. "GIF89a"u8], [.. "RIFF\0\0\0\0WEBPVP8 "u8]];

    private readonly Random _random = new(seed);

    internal MalformedRequest Next() => _random.Next(20) switch
    {
        0 => CutShort(),
        1 => BadBytes(),
        2 => WrongMember(),
        3 => UnknownModel(),
        4 => WrongTable(),
        5 => TooDeep(),
        6 => HugeNumber(),
        7 => DamagedImage(),
        8 => BadBase64(),
        9 => ForeignPath(),
        10 => WrongCsv(),
        11 => WrongRegistration(),
        12 => ForeignUrl(),
        13 => BadQuery(),
        14 => UnknownName(),
        15 => WrongMethod(),
        16 => UnknownRoute(),
        17 => WrongType(),
        18 => WrongTensors(),
        _ => WrongHttp(),
    };

    private MalformedRequest CutShort()
    {
        var (path, body) = Pick(("/predict", Predict(Pick(Models), "\"text\"")), ("/predictions/india", Frame), ("/models", """{"model_name": "m", "url": "india"}"""));
        return MalformedRequest.Of("JSON cut short", "POST", path, body[..(_random.Next(body.Length - 1) + 1)].TrimEnd('}'));
    }

    private MalformedRequest BadBytes()
    {
        var body = Encoding.UTF8.GetBytes(Predict("sentiment", "\"This movie was great!\""));
        body[_random.Next(body.Length)] = (byte)Pick(0x00, 0x01, 0x1F, 0x80, 0xC0, 0xFF);
        return MalformedRequest.Of("bytes that are no JSON", "POST", Pick("/predict", "/models"), body);
    }

    private MalformedRequest WrongMember()
    {
        var value = Pick("null", "1", "true", "[]", "{}", "[\"sentiment\"]", "\"\"");
        return MalformedRequest.Of("wrong members", "POST", "/predict", Pick(
            $$"""{"model_id": {{value}}, "input_data": "x"}""", """{"input_data": "x"}""", """{"model_id": "sentiment"}""",
            $$"""{"model_id": "sentiment", "input_data": "x", "model_version": {{Pick("{}", "[]", "\"999\"", "\"../1\"")}}}""",
            "[]", "null", "1", "\"sentiment\"", ""));
    }

    private MalformedRequest UnknownModel()
    {
        var name = Pick(Models) + Noise(1 + _random.Next(200));
        return MalformedRequest.Of("unknown model", "POST", "/predict", Predict(name, "\"x\""));
    }

    private MalformedRequest WrongTable() => MalformedRequest.Of("wrong table", "POST", Pick("/predictions/india", "/predictions/iris", "/predictions/penguins"), Pick(
        "{}", "{\"action\": {}}", "{\"action\": {\"0\": 1}}", "{\"action\": {\"0\": 1}, \"david\": {\"1\": 1}}", "{\"columns\": [\"a\"], \"data\": [[1, 2]]}",
        "{\"action\": [1, 2], \"david\": [1]}", "[{\"action\": 1}]", "[[]]", "[[1], [1, 2]]", "{\"action\": {\"0\": \"" + Noise(40) + "\"}, \"david\": {\"0\": 1}}",
        "{\"action\": {\"0\": [1]}, \"david\": {\"0\": 1}}", "\"text\"", "null", "true", "7"));

    private MalformedRequest TooDeep()
    {
        var depth = 65 + _random.Next(20_000);
        var nested = new string('[', depth) + (_random.Next(2) == 0 ? new string(']', depth) : "");
        return _random.Next(2) == 0
            ? MalformedRequest.Of("nested too deep", "POST", "/predict", Predict(Pick(Models), nested))
            : MalformedRequest.Of("nested too deep", "POST", "/predictions/" + Pick(Models), nested);
    }

    private MalformedRequest HugeNumber() => MalformedRequest.Of(
        "numbers out of range", "POST", "/predictions/india",
        $$"""{"action": {"0": {{Pick("1e999", "-1e999", "1.5", "9223372036854775808", new string('9', 400))}} }, "david": {"0": 1} }""");

    private MalformedRequest DamagedImage()
    {
        var noise = new byte[_random.Next(4096)];
        _random.NextBytes(noise);
        byte[] image = [.. Pick(ImageStarts), .. noise];
        return _random.Next(2) == 0
            ? MalformedRequest.Of("damaged image", "POST", "/predictions/image", image, Pick("image/jpeg", "image/png", "application/octet-stream"))
            : MalformedRequest.Of("damaged image", "POST", "/predict", Predict("image", $"\"{Convert.ToBase64String(image)}\""));
    }

    private MalformedRequest BadBase64() =>
        MalformedRequest.Of("bad base64", "POST", "/predict", Predict("image", $"\"data:image/png;base64,{Noise(_random.Next(100))}*\""));

    private MalformedRequest ForeignPath() => MalformedRequest.Of("path outside the data folder", "POST", "/predict", Predict("image", Pick(
        "\"../../../../etc/passwd\"", "\"/etc/passwd\"", "\"path/../../models/models.json\"", "\"file:///etc/passwd\"", "\"a\\u0000.jpg\"", "\"..\\\\..\\\\x.jpg\"",
        "\"http://127.0.0.1:1/x.jpg\"", $"\"{Noise(40)}.jpg\"", "\"\"", "\".\"", $"\"{new string('a', 5000)}.jpg\"")));

    private MalformedRequest WrongCsv() => MalformedRequest.Of("wrong CSV", "POST", "/predictions/india", Pick(
        "", "action,david", "action\n1", "action,david\n1", "action,david\n1,2,3", "action,david\n\"1,2", "a,b\n1,2", "action,action\n1,2", $"action,david\n{Noise(20)},1", "\0\u0001"), "text/csv");

    private MalformedRequest WrongRegistration() => MalformedRequest.Of("wrong registration", "POST", "/models", Pick(
        "{}", "[]", "null", "{\"model_name\": 1, \"url\": \"india\"}", "{\"model_name\": \"m\"}", "{\"model_name\": \"m\", \"url\": {}}", "{\"model_name\": \"m\", \"url\": \"\"}",
        "{\"model_name\": \"a/b\", \"url\": \"india\"}", "{\"model_name\": \"..\", \"url\": \"india\"}", "{\"model_name\": \"m\\u0000\", \"url\": \"india\"}",
        $"{{\"model_name\": \"{new string('n', 300 + _random.Next(5000))}\", \"url\": \"india\"}}", "{\"model_name\": \"india\", \"url\": \"india\"}"));

    private MalformedRequest ForeignUrl() => MalformedRequest.Of("url outside the store", "POST", "/models", JsonSerializer.Serialize(new
    {
        model_name = "m" + _random.Next(1000).ToString(CultureInfo.InvariantCulture),
        url = Pick("../../../etc", "/etc/passwd", "/", "http://127.0.0.1:1/m.mar", "s3://bucket/m", "file:///etc/passwd", "india/../..", "no-such-" + Noise(8), "a\0b", new string('/', 5000)),
    }));

    private MalformedRequest BadQuery() => MalformedRequest.Of("bad query", "GET", "/models?" + Pick(
        "limit=1.5", "limit=99999999999999999999", "limit=ten", "next_page_token=" + Uri.EscapeDataString(Noise(10)) + "!", "loaded=maybe"));

    private MalformedRequest UnknownName()
    {
        var name = Uri.EscapeDataString(Noise(1 + _random.Next(300)));
        return MalformedRequest.Of("unknown name", Pick("GET", "DELETE"), "/models/" + Pick(name, "%2e%2e%2f" + name, "%00", "%ff%fe", name + "%0d%0ax:y"));
    }

    private MalformedRequest WrongMethod() => MalformedRequest.Of(
        "wrong method", Pick("PUT", "PATCH", "DELETE", "BREW"), Pick("/predict", "/predictions/india", "/models", "/health/live"), Frame);

    private MalformedRequest UnknownRoute() =>
        MalformedRequest.Of("unknown route", Pick("GET", "POST"), "/" + Pick("predct", "model", "admin", "../etc/passwd", "%2e%2e/etc", "v9") + "/" + Uri.EscapeDataString(Noise(20)));

    private MalformedRequest WrongType() => MalformedRequest.Of(
        "wrong content type", "POST", Pick("/predict", "/predictions/india"), Noise(30),
        Pick("application/xml", "text/html", "multipart/form-data", "application/json; charset=utf-99", "nonsense", "image/tiff", null));

    private MalformedRequest WrongTensors() => MalformedRequest.Of("wrong tensors", "POST", "/predictions/india", $$"""
        {"inputs": [{"name": {{Pick("\"action\"", "\"" + Noise(5) + "\"", "1")}}, "shape": {{Pick("[-1]", "[2]", "[4294967296, 4294967296]", "[]", "\"x\"", "[1.5]")}}, "datatype": {{Pick("\"INT64\"", "\"FP99\"", "7")}}, "data": {{Pick("[1]", "[]", "{}", "null", "[\"x\"]")}} }]}
        """);

    private MalformedRequest WrongHttp()
    {
        var text = Pick(
            Noise(30) + "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /models HTTP/1.1\r\n\r\n", "GET /models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /models HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 70_000)}\r\n\r\n");
        return new MalformedRequest("wrong HTTP", Encoding.Latin1.GetBytes(text));
    }

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    /// <summary>Letters, so that it can stand inside JSON.</summary>
    private string Noise(int length) => string.Create(length, _random, (span, random) =>
    {
        foreach (ref var c in span) c = (char)('a' + random.Next(26));
    });

    private static string Predict(string model, string data) => $$"""{"model_id": "{{model}}", "input_data": {{data}}}""";
}
