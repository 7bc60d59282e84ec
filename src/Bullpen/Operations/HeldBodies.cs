using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>
/// How many bytes the bodies of all requests together may take while they are read and answered: each of them is within
/// <c>--max-body</c>, and many at once would be more than the machine has. Bodies up to 64 KiB are not counted. What a request is done with
/// counts on until it is collected, and is collected when it comes to a quarter (an eighth where nobody else holds any).
/// </summary>
/// <param name="limit">The most bytes at once; a request that is alone has what it takes.</param>
/// <param name="time">Tells which bodies are long in coming.</param>
internal sealed class HeldBodies(long limit, TimeProvider time)
{
    private const long Most = 1L << 30;
    private const int LeastAnswer = 1 << 16;

    /// <summary>What a body may take to arrive before it gives way to others that find no room.</summary>
    internal static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<HeldShare> _arriving = [];
    private long _held;
    private long _garbage;
    private long _others;

    /// <summary>
    /// For bodies of at most so many bytes, on a machine or in a container of so many: 1 GiB or four bodies, and no more than a quarter of the memory.
    /// </summary>
    internal static HeldBodies For(long largestBody, long memory, TimeProvider time) =>
        new(Math.Min(Math.Max(Most, 4 * largestBody), memory / 4), time);

    /// <summary>The most bytes at once.</summary>
    internal long Limit => limit;

    /// <summary>What requests hold now.</summary>
    internal long Held => Interlocked.Read(ref _held);

    /// <summary>What one request holds, until it is answered.</summary>
    internal static HeldShare Of(HttpContext context)
    {
        var share = context.RequestServices.GetRequiredService<HeldBodies>().Begin(context.RequestAborted);
        context.Response.RegisterForDispose(share);
        context.Features.Set(share);
        return share;
    }

    /// <summary>Counts an answer until it is sent, which a slow reader may put off; nothing is refused for it.</summary>
    internal static void CountAnswer(HttpContext context, int bytes)
    {
        if (bytes < LeastAnswer) return;
        var share = context.Features.Get<HeldShare>() ?? Of(context);
        share.Arrived(more: 0);
        share.Bodies.Add(share, bytes);
    }

    /// <summary>Counts what is made of a request's body beside what its reading counted, where that did: the body is not small.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.Overloaded"/>: there is no room for it.</exception>
    internal static void CountMore(HttpContext context, long bytes)
    {
        if (context.Features.Get<HeldShare>() is { Bytes: > 0 } share && share.Arrived(bytes) is { } refusal) throw refusal;
    }

    /// <summary>A request's body begins to come.</summary>
    internal HeldShare Begin(CancellationToken aborted)
    {
        var share = new HeldShare(this, aborted, time.GetTimestamp());
        lock (_lock) _arriving.Add(share);
        return share;
    }

    /// <summary>Room for some more; false where there is none, and then the largest of the bodies that are long in coming is told to give way.</summary>
    internal bool TryTake(HeldShare share, long bytes)
    {
        lock (_lock)
        {
            if (_held + _garbage + bytes <= limit || _held == share.Bytes)
            {
                _held += bytes;
                share.Bytes += bytes;
                return true;
            }

            var slow = _arriving.Where(other => other != share && other.Bytes > 0 && time.GetElapsedTime(other.Since) >= Undisturbed).MaxBy(other => other.Bytes);
            if (slow is null) return false;
            _arriving.Remove(slow);
            slow.GiveWay();
            return false;
        }
    }

    private void Add(HeldShare share, long bytes)
    {
        lock (_lock)
        {
            _held += bytes;
            share.Bytes += bytes;
        }
    }

    /// <summary>Takes back what nobody uses any more, but which is there until it is collected.</summary>
    internal void Leave(HeldShare share, long bytes, bool isGarbage)
    {
        // Tensors and outputs are not counted one by one: the heap tells of them.
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        lock (_lock)
        {
            _held -= bytes;
            share.Bytes -= bytes;
            if (isGarbage) _garbage += bytes;
            if (Math.Max(_garbage, heap - _held - _others) < limit / (_held > 0 ? 4 : 8)) return;
            _garbage = 0;
        }

        // Not left to the runtime: with memory to spare it lets several GiB of such arrays come together, and keeps what it collected.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        heap = GC.GetTotalMemory(forceFullCollection: false);
        lock (_lock) _others = Math.Max(0, heap - _held);
    }

    /// <summary>A body is there: it gives way to nobody.</summary>
    internal void Arrived(HeldShare share)
    {
        lock (_lock) _arriving.Remove(share);
    }
}
