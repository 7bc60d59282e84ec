using System.Globalization;
using Bullpen.Core;
using Microsoft.Net.Http.Headers;

namespace Bullpen.Http;

/// <summary>
/// What a connection's chunked body takes on the wire beside its data (RFC 9112, 7.1). A chunk of a byte takes six: who sends a body
/// so has the server work for what is not there.
/// </summary>
internal sealed class ChunkFraming : IDisposable
{
    /// <summary>Bytes of framing that any body may have. Beyond them it may have no more than <see cref="Share"/> times its data.</summary>
    internal const int Free = 1 << 18;

    /// <summary>Chunks of three bytes, with five bytes around each, are within it.</summary>
    internal const int Share = 2;

    // Where the server puts a Content-Length that it passes over beside chunks. A client's own header of that name cannot be told from it.
    private const string OtherLength = "X-Content-Length";

    private HttpContext? _context;
    private long _onTheWire;

    /// <summary>Whether a chunked body is being read.</summary>
    internal bool IsWatched => Volatile.Read(ref _context) is not null;

    /// <summary>Counts from here on what the request's body takes; null where it has no chunks.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it has a length besides, which another server may go by.</exception>
    internal static ChunkFraming? Watch(HttpContext context)
    {
        if (context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count == 0) return null;
        if (context.Request.Headers.ContainsKey(OtherLength)) throw TwoLengths(context);
        var framing = context.Features.Get<ChunkFraming>();
        framing?.Begin(context);
        return framing;
    }

    /// <summary>Counts what the server took off the wire.</summary>
    internal void Add(long bytes) => Interlocked.Add(ref _onTheWire, bytes);

    /// <summary>Refuses a body that is framing for the most part, and has the connection end.</summary>
    /// <param name="data">How much of it is data.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal void Check(long data)
    {
        var framing = Interlocked.Read(ref _onTheWire) - data;
        if (framing <= Free || framing <= Share * data) return;
        _context!.Response.Headers[HeaderNames.Connection] = "close";
        var expected = string.Create(CultureInfo.InvariantCulture, $"chunks that take at most {Share} times their data on the wire");
        throw new ServingException(ServingErrorKind.InvalidRequest, $"The request's body comes in chunks too small to be read: expected {expected}.")
        {
            Field = "body",
            Expected = expected,
            Actual = string.Create(CultureInfo.InvariantCulture, $"{framing} bytes for {data}"),
        };
    }

    /// <summary>The body is read, or refused.</summary>
    public void Dispose() => Volatile.Write(ref _context, null);

    private static ServingException TwoLengths(HttpContext context)
    {
        const string expected = "Transfer-Encoding or Content-Length";
        context.Response.Headers[HeaderNames.Connection] = "close";
        return new ServingException(ServingErrorKind.InvalidRequest, $"The request says in two ways how long its body is: expected {expected}.")
        {
            Field = HeaderNames.ContentLength,
            Expected = expected,
            Actual = $"both, or a header {OtherLength}, which stands for the latter here",
        };
    }

    private void Begin(HttpContext context)
    {
        Interlocked.Exchange(ref _onTheWire, 0);
        Volatile.Write(ref _context, context);
    }
}
