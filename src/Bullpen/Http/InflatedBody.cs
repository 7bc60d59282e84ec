using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Bullpen.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Bullpen.Http;

/// <summary>Reads a body that is sent as gzip or deflate, for <see cref="RequestBody"/>. The limit on bodies holds for what it inflates to.</summary>
internal static class InflatedBody
{
    private const int Step = 1 << 16;

    /// <summary>The body, in memory of its own.</summary>
    /// <exception cref="BadHttpRequestException">The body as it is sent is over the limit, or broken off.</exception>
    /// <exception cref="ServingException">It inflates to more than the limit, or is damaged.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, string encoding)
    {
        var body = await RequestBody.ReadAsSentAsync(context);
        return Inflate(encoding, body, context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? Array.MaxLength);
    }

    private static ReadOnlyMemory<byte> Inflate(string encoding, ReadOnlyMemory<byte> body, long limit)
    {
        using var stream = Open(encoding, body);
        var inflated = new ArrayBufferWriter<byte>(Step);
        try
        {
            while (stream.Read(inflated.GetSpan(Step)) is var read and > 0)
            {
                if (inflated.WrittenCount + read > limit) throw TooLarge(limit);
                inflated.Advance(read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new ServingException(ServingErrorKind.InvalidRequest, $"The request's body is not the {encoding} that its Content-Encoding says: {e.Message}")
            {
                Field = "body",
                Expected = encoding,
            };
        }

        return inflated.WrittenMemory;
    }

    // RFC 9110 means zlib (RFC 1950) by deflate; some clients send what is inside of it (RFC 1951).
    private static Stream Open(string encoding, ReadOnlyMemory<byte> body)
    {
        MemoryMarshal.TryGetArray(body, out var bytes);
        var stream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false);
        if (encoding == "gzip") return new GZipStream(stream, CompressionMode.Decompress);
        var isZlib = body.Length >= 2 && (body.Span[0] & 0x0F) == 8 && ((body.Span[0] << 8) + body.Span[1]) % 31 == 0;
        return isZlib ? new ZLibStream(stream, CompressionMode.Decompress) : new DeflateStream(stream, CompressionMode.Decompress);
    }

    private static ServingException TooLarge(long limit) =>
        new(ServingErrorKind.TooLarge, $"The request's body inflates to more than the limit of {limit} bytes (--max-body).")
        {
            Field = "body",
            Expected = $"at most {limit} bytes",
            Actual = "more",
        };
}
