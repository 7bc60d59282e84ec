using System.Buffers;

namespace Bullpen.Http;

/// <summary>Reads a request's whole body, before any model is leased: a slow sender holds nothing.</summary>
internal static class RequestBody
{
    /// <summary>The body, in memory of its own. The server's limit (<c>--max-body</c>) holds while it is read.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the limit, or broken off.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
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
}
