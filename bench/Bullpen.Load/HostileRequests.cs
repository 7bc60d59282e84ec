using System.IO.Compression;
using System.Text;

namespace Bullpen.Load;

/// <summary>Bodies that are small to make and dear to read: many keys, deep, long, lying about their size, in chunks of a byte.</summary>
internal static class HostileRequests
{
    private const int Million = 1_000_000;
    private const int Large = 63 << 20;
    private const string Infer = "/v2/models/india/infer";
    private const string Tensor = """{"name":"action","datatype":"INT64","shape":[1],"data":[1]}""";

    internal static IEnumerable<HostileRequest> All()
    {
        yield return Json("shape of 2^64", Infer, """{"inputs":[{"name":"action","datatype":"INT64","shape":[16,1152921504606846978],"data":[1]}]}""");
        yield return Json("10^6 outputs", Infer, $$"""{"inputs":[{{Tensor}}],"outputs":[{{Many(Million, _ => """{"name":"a"}""")}}]}""");
        yield return Json("10^6 inputs", Infer, $$"""{"inputs":[{{Many(Million, _ => Tensor)}}]}""");
        yield return Json("10^6 parameters", Infer, $$$"""{"inputs":[{{{Tensor}}}],"parameters":{{{{Keys(Million)}}}}}""");
        yield return Json("NaN and then a key twice", Infer, $$"""{"id":NaN,"inputs":[],"inputs":[]}""");
        yield return Json("a length of the JSON of 99999999999", Infer, Text(Large), "Inference-Header-Content-Length: 99999999999\r\n");
        yield return Json("a string that lies, 63 MiB binary", Infer, LyingString, $"Inference-Header-Content-Length: {LyingHead.Length}\r\n");
        yield return Json("gzip of 10^6 keys", Infer, Gzip($"{{{Keys(Million)}}}"), "Content-Encoding: gzip\r\n");
        yield return Json("gzip of 1 GiB", Infer, GzipOfBlanks(1 << 30), "Content-Encoding: gzip\r\n");
        foreach (var (dialect, path) in new[] { ("V2", Infer), ("MMS", "/predictions/india"), ("TFS", "/v1/models/india:predict"), ("demo", "/predict") })
        {
            yield return Json($"{dialect}: 10^6 keys", path, $"{{{Keys(Million)}}}");
            yield return Json($"{dialect}: 250,000 deep", path, new string('[', 250_000));
            yield return Json($"{dialect}: 63 MiB deep", path, new string('[', Large));
            yield return Json($"{dialect}: a 63 MiB string without end", path, "{\"id\":\"" + Text(Large));
            yield return Json($"{dialect}: a 63 MiB id", path, "{\"id\":\"" + Text(Large) + "\",\"inputs\":7}");
            yield return Json($"{dialect}: a 63 MiB number", path, "{\"inputs\":" + new string('1', Large) + "}");
            yield return Json($"{dialect}: 33 * 10^6 values", path, "{\"inputs\":[" + Many(Large / 2, _ => "1") + "]}");
            yield return Json($"{dialect}: 21 * 10^6 arrays", path, "{\"inputs\":[" + Many(Large / 3, _ => "[]") + "]}");
            yield return Json($"{dialect}: 63 MiB of objects of 1000 keys", path, "{\"inputs\":[" + Many(Large / 9000, _ => $"{{{Keys(1000)}}}") + "]}");
            yield return Json($"{dialect}: 63 MiB of numbers, broken at the end", path, "{\"inputs\":[" + Many(Large / 9, _ => "1.234567") + ",x]}");
            yield return Json($"{dialect}: 63 MiB of text, not UTF-8 at the end", path, [.. Encoding.ASCII.GetBytes("{\"id\":\"" + Text(Large)), 0xC3, .. "(\",\"inputs\":[]}"u8]);
        }

        yield return Json("registration: 10^5 keys", "/models", $"{{{Keys(100_000)}}}");
        yield return Json("over the limit, 80 MiB", Infer, new byte[80 << 20]);
        yield return new HostileRequest("65,537 chunks of a byte", Infer, "Transfer-Encoding: chunked\r\n", Chunks(Text(65_537), 1));
        yield return new HostileRequest("63 MiB on the wire, chunks of a byte", Infer, "Transfer-Encoding: chunked\r\n", Chunks(Text(Large / 6), 1));
        yield return new HostileRequest("over the limit, 80 MiB in chunks", Infer, "Transfer-Encoding: chunked\r\n", Chunks(new string(' ', 80 << 20), 4096));
    }

    private static byte[] LyingHead => Encoding.ASCII.GetBytes(
        $$$"""{"inputs":[{"name":"action","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":{{{Large}}}}}]}""");

    private static byte[] LyingString => [.. LyingHead, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[Large - 4]];

    private static HostileRequest Json(string name, string path, string body, string headers = "") => Json(name, path, Encoding.ASCII.GetBytes(body), headers);

    private static HostileRequest Json(string name, string path, byte[] body, string headers = "") =>
        new(name, path, $"{headers}Content-Length: {body.Length}\r\n", body);

    private static string Many(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));

    private static string Keys(int count) => Many(count, at => $"\"k{at}\":0");

    private static string Text(int length) => new('a', length);

    private static byte[] Chunks(string text, int size)
    {
        var wire = new StringBuilder(text.Length * 2);
        for (var at = 0; at < text.Length; at += size)
            wire.Append($"{Math.Min(size, text.Length - at):x}\r\n").Append(text, at, Math.Min(size, text.Length - at)).Append("\r\n");
        return Encoding.ASCII.GetBytes(wire.Append("0\r\n\r\n").ToString());
    }

    private static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest)) stream.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] GzipOfBlanks(int bytes)
    {
        var packed = new MemoryStream();
        var blanks = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
            for (var written = 0; written < bytes; written += blanks.Length) stream.Write(blanks);
        return packed.ToArray();
    }
}
