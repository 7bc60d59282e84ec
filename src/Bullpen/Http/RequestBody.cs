using System.Buffers;
using Bullpen.Core;
using Bullpen.Core.Repository;

namespace Bullpen.Http;

/// <summary>Reads a request's whole body, inflated where it is sent as gzip or deflate, before any model is leased: a slow sender holds nothing.</summary>
internal static class RequestBody
{
    /// <summary>The body, in memory of its own. The server's limit (<c>--max-body</c>) holds while it is read.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the limit, or broken off.</exception>
    /// <exception cref="ServingException">It is compressed and damaged, or inflates to more than the limit, or compressed in another way.</exception>
    internal static Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return encoding switch
        {
            "" or "identity" => ReadAsSentAsync(context),
            "gzip" or "deflate" => InflatedBody.ReadAsync(context, encoding),
            _ => throw Unsupported(encoding),
        };
    }

    /// <summary>The same, and compressed where it is sent so.</summary>
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

    // What is compressed in another way would be read as damaged text, or as a picture that nobody can decode.
    private static ServingException Unsupported(string encoding)
    {
        const string expected = "gzip, deflate, or a body that is not compressed";
        var shown = Printable.Text(encoding, 40);
        return new ServingException(ServingErrorKind.InvalidRequest, $"The Content-Encoding {shown} is not supported: expected {expected}.")
        {
            Field = "Content-Encoding",
            Expected = expected,
            Actual = shown,
        };
    }
}
