using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Bullpen.Core;
using Bullpen.Operations;

namespace Bullpen.Http;

/// <summary>
/// Reads a body that is sent as gzip or deflate, for <see cref="RequestBody"/>, and inflates it while it arrives. The limit on bodies
/// holds for what it is sent as and for what it inflates to.
/// </summary>
internal static class InflatedBody
{
    private const int Step = 1 << 16;

    /// <summary>The body, in memory of its own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="encoding">gzip or deflate.</param>
    /// <param name="json">Looks through what it inflates to, where that is JSON.</param>
    /// <exception cref="BadHttpRequestException">The body is broken off.</exception>
    /// <exception cref="ServingException">It inflates to more than the limit, is damaged, or what <paramref name="json"/> refuses.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, string encoding, JsonScan? json)
    {
        var limit = RequestBody.LimitOf(context);
        using var framing = ChunkFraming.Watch(context);
        await using var stream = await OpenAsync(encoding, context.Request.BodyReader, context.RequestAborted);
        var held = HeldBodies.Of(context);
        var inflated = new ReceivedBytes(announced: null, held);
        try
        {
            while (await stream.ReadAsync(inflated.Room(Step)[..Step], held.Reading) is var read and > 0)
            {
                if (inflated.Count + read > limit) throw TooLarge(limit);
                var came = inflated.Advance(read);
                json?.Read(came);
                framing?.Check(inflated.Count);
            }
        }
        catch (OperationCanceledException) when (held.IsGivingWay)
        {
            throw held.TooSlow();
        }
        catch (InvalidDataException e)
        {
            throw new ServingException(ServingErrorKind.InvalidRequest, $"The request's body is not the {encoding} that its Content-Encoding says: {e.Message}")
            {
                Field = "body",
                Expected = encoding,
            };
        }

        return held.Arrived(json?.DocumentBytes ?? 0) is { } full ? throw full : inflated.All;
    }

    // RFC 9110 means zlib (RFC 1950) by deflate; some clients send what is inside of it (RFC 1951).
    private static async Task<Stream> OpenAsync(string encoding, PipeReader body, CancellationToken cancellationToken)
    {
        if (encoding == "gzip") return new GZipStream(body.AsStream(leaveOpen: true), CompressionMode.Decompress);
        var start = await body.ReadAtLeastAsync(2, cancellationToken);
        var isZlib = IsZlib(start.Buffer);
        body.AdvanceTo(start.Buffer.Start);
        var stream = body.AsStream(leaveOpen: true);
        return isZlib ? new ZLibStream(stream, CompressionMode.Decompress) : new DeflateStream(stream, CompressionMode.Decompress);
    }

    private static bool IsZlib(ReadOnlySequence<byte> start)
    {
        var reader = new SequenceReader<byte>(start);
        return reader.TryRead(out var first) && reader.TryRead(out var second) && (first & 0x0F) == 8 && ((first << 8) + second) % 31 == 0;
    }

    private static ServingException TooLarge(long limit) =>
        new(ServingErrorKind.TooLarge, $"The request's body inflates to more than the limit of {limit} bytes (--max-body).")
        {
            Field = "body",
            Expected = $"at most {limit} bytes",
            Actual = "more",
        };
}
