using System.Buffers;
using System.IO.Pipelines;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Operations;
using Microsoft.AspNetCore.Http.Features;

namespace Bullpen.Http;

/// <summary>
/// Reads a request's whole body, inflated where it is sent as gzip or deflate, before any model is leased: a slow sender holds nothing. What is refused before all of it came is
/// answered at once, and the server reads on for a few seconds, so that a client which is still sending gets to see the answer.
/// </summary>
internal static class RequestBody
{
    /// <summary>The body, in memory of its own. The server's limit (<c>--max-body</c>) holds while it is read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="json">Looks through what comes, where the body is JSON.</param>
    /// <exception cref="BadHttpRequestException">The body is broken off.</exception>
    /// <exception cref="ServingException">It is compressed and damaged or in another way, over the limit, or what <paramref name="json"/> refuses; or the server holds too much already.</exception>
    internal static Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, JsonScan? json = null)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return encoding switch
        {
            "" or "identity" => ReadPlainAsync(context, json),
            "gzip" or "deflate" => InflatedBody.ReadAsync(context, encoding, json),
            _ => throw Unsupported(encoding),
        };
    }

    /// <summary>The most bytes that the body may have; refuses one that announces more.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.TooLarge"/>.</exception>
    internal static long LimitOf(HttpContext context)
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? Array.MaxLength;
        return context.Request.ContentLength is { } length && length > limit ? throw TooLarge(limit, length) : limit;
    }

    /// <summary>
    /// The server keeps its limit by cutting the connection, often before the client has read the answer. Without it the server reads on,
    /// for five seconds at most.
    /// </summary>
    internal static void LiftServerLimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
    }

    /// <summary>A body over the limit.</summary>
    internal static ServingException TooLarge(long limit, long? length)
    {
        var of = limit == RequestLimits.MaxOrder ? "of a request without data for a model" : "(--max-body)";
        return new ServingException(ServingErrorKind.TooLarge, $"The request's body is over the limit of {limit} bytes {of}.")
        {
            Field = "body",
            Expected = $"at most {limit} bytes",
            Actual = length is null ? "more" : $"{length} bytes",
        };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadPlainAsync(HttpContext context, JsonScan? json)
    {
        var limit = LimitOf(context);
        if (context.Request.ContentLength is null) LiftServerLimit(context);
        using var framing = ChunkFraming.Watch(context);
        var reader = context.Request.BodyReader;
        ArrayBufferWriter<byte>? start = null;
        ReceivedBytes? received = null;
        HeldShare? held = null;
        while (true)
        {
            var read = await ReadAsync(reader, held, context.RequestAborted);
            if (received is null && (start?.WrittenCount ?? 0) + read.Buffer.Length <= JsonLimits.SurelyWithin)
            {
                // Small, and whole as a rule: nothing to look through. Taken where it is not: what is only looked at keeps the
                // connection's reader busy, which the server stumbles over where the client leaves.
                start ??= new ArrayBufferWriter<byte>((int)Math.Max(read.Buffer.Length, 1));
                foreach (var part in read.Buffer) start.Write(part.Span);
                reader.AdvanceTo(read.Buffer.End);
                framing?.Check(start.WrittenCount);
                if (!read.IsCompleted) continue;
                return start.WrittenCount <= limit ? start.WrittenMemory : throw TooLarge(limit, context.Request.ContentLength);
            }

            held ??= HeldBodies.Of(context);
            received ??= new ReceivedBytes(context.Request.ContentLength, held);
            var length = (start?.WrittenCount ?? 0) + read.Buffer.Length;
            var refusal = received.Count + length > limit ? TooLarge(limit, context.Request.ContentLength) : received.Reserve(length);
            if (refusal is null)
            {
                if (start is not null) received.Append(new ReadOnlySequence<byte>(start.WrittenMemory));
                received.Append(read.Buffer);
            }

            start = null;

            // Given back before anything is refused: the server goes on reading where this stops.
            reader.AdvanceTo(read.Buffer.End);
            if (refusal is not null) throw refusal;
            framing?.Check(received.Count);
            json?.Read(received.All.Span[^(int)length..]);
            if (!read.IsCompleted) continue;
            return held.Arrived(json?.DocumentBytes ?? 0) is { } full ? throw full : received.All;
        }
    }

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, HeldShare? held, CancellationToken aborted)
    {
        try
        {
            return await reader.ReadAsync(held?.Reading ?? aborted);
        }
        catch (OperationCanceledException) when (held is { IsGivingWay: true })
        {
            throw held.TooSlow();
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
