using System.Buffers;
using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>Reads a request's whole body, before any model is leased: a slow sender holds nothing.</summary>
internal static class RequestBody
{
    /// <summary>The body, in memory of its own. The server's limit (<c>--max-body</c>) holds while it is read.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the limit, or broken off.</exception>
    /// <exception cref="ServingException">It is compressed.</exception>
    internal static Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        RefuseEncoded(context.Request.Headers.ContentEncoding.ToString());
        return ReadAsSentAsync(context);
    }

    /// <summary>The same, compressed or not.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the limit, or broken off.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadAsSentAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // What is compressed would be read as damaged text, or as a picture that nobody can decode.
    private static void RefuseEncoded(string encoding)
    {
        const string expected = "a body that is not compressed";
        if (encoding is "" || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return;
        throw new ServingException(ServingErrorKind.InvalidRequest, $"The Content-Encoding {encoding} is not supported: expected {expected}.")
        {
            Field = "Content-Encoding",
            Expected = expected,
            Actual = encoding,
        };
    }
}
