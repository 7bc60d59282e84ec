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
        var source = new CompressedSource(context.Request.BodyReader.AsStream(leaveOpen: true), mayHaveMembers: encoding == "gzip");
        await using var stream = await OpenAsync(encoding, source, context.Request.BodyReader, context.RequestAborted);
        var held = HeldBodies.Of(context);
        var inflated = new ReceivedBytes(announced: null, held);
        try
        {
            while (await stream.ReadAsync(RoomIn(inflated), held.Reading) is var read and > 0)
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
            throw Damaged(encoding, e.Message);
        }

        if (source.BreaksOff) throw Damaged(encoding, "it breaks off.");
        var document = inflated.Count > ReceivedBytes.Uncounted ? json?.DocumentBytes ?? 0 : 0;
        return held.Arrived(document) is { } full ? throw full : inflated.All;
    }

    // A small body finds its end within what is not counted.
    private static Memory<byte> RoomIn(ReceivedBytes inflated)
    {
        const int step = ReceivedBytes.Uncounted;
        var room = inflated.Count < step ? step - inflated.Count : step;
        return inflated.Room(room)[..room];
    }

    // RFC 9110 means zlib (RFC 1950) by deflate; some clients send what is inside of it (RFC 1951).
    private static async Task<Stream> OpenAsync(string encoding, CompressedSource source, PipeReader body, CancellationToken cancellationToken)
    {
        if (encoding == "gzip") return new GZipStream(source, CompressionMode.Decompress);
        var start = await body.ReadAtLeastAsync(2, cancellationToken);
        var isZlib = IsZlib(start.Buffer);
        body.AdvanceTo(start.Buffer.Start);
        return isZlib ? new ZLibStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress);
    }

    private static bool IsZlib(ReadOnlySequence<byte> start)
    {
        var reader = new SequenceReader<byte>(start);
        return reader.TryRead(out var first) && reader.TryRead(out var second) && (first & 0x0F) == 8 && ((first << 8) + second) % 31 == 0;
    }

    private static ServingException Damaged(string encoding, string why) =>
        new(ServingErrorKind.InvalidRequest, $"The request's body is not the {encoding} that its Content-Encoding says: {why}")
        {
            Field = "body",
            Expected = encoding,
        };

    private static ServingException TooLarge(long limit) =>
        new(ServingErrorKind.TooLarge, $"The request's body inflates to more than the limit of {limit} bytes (--max-body).")
        {
            Field = "body",
            Expected = $"at most {limit} bytes",
            Actual = "more",
        };
}
