namespace Bullpen.Operations;

/// <summary>
/// How many bytes the bodies of all requests together may take while they are read and answered: each of them is within
/// <c>--max-body</c>, and many at once would be more than the machine has. Small bodies are not counted. What a request is done with
/// counts on until it is collected, and is collected when it comes to a quarter: nobody else does for as long as there is memory.
/// </summary>
/// <param name="limit">The most bytes at once; a request that is alone has what it takes.</param>
/// <param name="time">Tells which bodies are long in coming.</param>
internal sealed class HeldBodies(long limit, TimeProvider time)
{
    private const long Most = 1L << 30;

    /// <summary>What a body may take to arrive before it gives way to others that find no room.</summary>
    internal static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly LinkedList<HeldShare> _arriving = [];
    private long _held;
    private long _garbage;

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
        var bodies = context.RequestServices.GetRequiredService<HeldBodies>();
        var share = new HeldShare(bodies, context.RequestAborted, bodies.Now);
        lock (bodies._lock) bodies._arriving.AddLast(share);
        context.Response.RegisterForDispose(share);
        return share;
    }

    private long Now => time.GetTimestamp();

    /// <summary>Room for some more; false where there is none, and then the body that is longest in coming is told to give way.</summary>
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

            var slow = _arriving.First?.Value;
            if (slow is null || slow == share || time.GetElapsedTime(slow.Since) < Undisturbed) return false;
            _arriving.RemoveFirst();
            slow.GiveWay();
            return false;
        }
    }

    /// <summary>Takes back what nobody uses any more, but which is there until it is collected.</summary>
    internal void Leave(HeldShare share, long bytes, bool isGarbage)
    {
        lock (_lock)
        {
            _held -= bytes;
            share.Bytes -= bytes;
            if (isGarbage) _garbage += bytes;
            if (_garbage < limit / 4) return;
            _garbage = 0;
        }

        // Not left to the runtime: with memory to spare it lets several GiB of such arrays come together, and keeps what it collected.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>A body is there: it gives way to nobody.</summary>
    internal void Arrived(HeldShare share)
    {
        lock (_lock) _arriving.Remove(share);
    }
}
