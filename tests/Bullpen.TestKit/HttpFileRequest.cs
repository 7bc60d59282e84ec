using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Bullpen.TestKit;

/// <summary>A request of a <c>.http</c> file of samples/requests, whose README describes the format.</summary>
public sealed record HttpFileRequest(string Title, string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, Expectation Expected)
{
    /// <summary>All requests of a file, in its order.</summary>
    public static IReadOnlyList<HttpFileRequest> Read(string file) =>
        Regex.Split(File.ReadAllText(file), "^### ", RegexOptions.Multiline, TimeSpan.FromSeconds(5)).Skip(1)
            .Select(block => Parse(block, System.IO.Path.GetDirectoryName(file)!)).ToList();

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path);
        if (Body.Length > 0) message.Content = new ByteArrayContent(Body);
        foreach (var (name, value) in Headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else message.Headers.Add(name, value);
        }

        return message;
    }

    private static HttpFileRequest Parse(string block, string folder)
    {
        var lines = block.ReplaceLineEndings("\n").Split('\n');
        var expected = lines[1].StartsWith("# expect: ", StringComparison.Ordinal)
            ? Expectation.Parse(lines[1]["# expect: ".Length..])
            : throw new FormatException($"'{lines[0]}' has no line '# expect:' below it.");
        var request = lines[2].Split(' ', 2);
        var headers = lines.Skip(3).TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2))
            .ToDictionary(header => header[0].Trim(), header => header[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = string.Join('\n', lines.Skip(3 + headers.Count)).Trim();
        var bytes = body.StartsWith("< ", StringComparison.Ordinal)
            ? File.ReadAllBytes(System.IO.Path.Combine(folder, body[2..].Trim()))
            : Encoding.UTF8.GetBytes(body);
        return new HttpFileRequest(lines[0], request[0], request[1].Replace("{{host}}", ""), headers, bytes, expected);
    }
}
