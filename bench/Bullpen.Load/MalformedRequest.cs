using System.Text;

namespace Bullpen.Load;

/// <summary>One wrong request as it goes over the wire.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Wire">Head and body.</param>
internal sealed record MalformedRequest(string Kind, byte[] Wire)
{
    /// <summary>A request with a right head, but for what the parameters make wrong.</summary>
    internal static MalformedRequest Of(string kind, string method, string path, byte[] body, string? type = "application/json")
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        if (type is not null) head += $"Content-Type: {type}\r\n";
        if (body.Length > 0 || method is "POST" or "PUT") head += $"Content-Length: {body.Length}\r\n";
        return new MalformedRequest(kind, [.. Encoding.Latin1.GetBytes(head), .. "\r\n"u8, .. body]);
    }

    internal static MalformedRequest Of(string kind, string method, string path, string body = "", string? type = "application/json") =>
        Of(kind, method, path, Encoding.UTF8.GetBytes(body), type);
}
