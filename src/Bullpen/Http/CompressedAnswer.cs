using System.IO.Compression;
using Bullpen.Operations;
using Microsoft.Net.Http.Headers;

namespace Bullpen.Http;

/// <summary>Writes an answer's body, as gzip or deflate where the client takes that and it is worth while.</summary>
internal static class CompressedAnswer
{
    /// <summary>Bytes below which a body is sent as it is: it would hardly get smaller.</summary>
    internal const int Least = 1024;

    private const int Block = 1 << 20;

    /// <summary>Writes the body and its length.</summary>
    internal static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        HeldBodies.CountAnswer(context, body.Length);
        if (body.Length >= Least)
        {
            // Of the plain answer, too: whoever keeps it must not give it for the other (RFC 9110, 12.5.5).
            context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (Chosen(context.Request.Headers.AcceptEncoding) is { } encoding)
            {
                context.Response.Headers.ContentEncoding = encoding;
                body = await CompressAsync(encoding, body, context.RequestAborted);
            }
        }

        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>The one of the two that the client likes better, gzip where it likes both; null where it takes neither.</summary>
    private static string? Chosen(IList<string?> accepted) =>
        StringWithQualityHeaderValue.TryParseList([.. accepted.OfType<string>()], out var wishes)
            ? wishes.Where(wish => wish.Quality is null or > 0).OrderByDescending(wish => wish.Quality ?? 1)
                .Select(wish => wish.Value.ToString().ToLowerInvariant()).Where(name => name is "gzip" or "deflate")
                .FirstOrDefault()
            : null;

    private static async Task<ReadOnlyMemory<byte>> CompressAsync(string encoding, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var compressed = new MemoryStream();
        await using (Stream stream = encoding == "gzip"
            ? new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // In blocks, between which it is seen that the client left.
            for (var rest = body; !rest.IsEmpty; rest = rest[Math.Min(Block, rest.Length)..])
                await stream.WriteAsync(rest[..Math.Min(Block, rest.Length)], cancellationToken);
        }

        return compressed.GetBuffer().AsMemory(0, (int)compressed.Length);
    }
}
