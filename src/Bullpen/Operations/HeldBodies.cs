using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>
/// How many bytes the bodies of all requests together may take while they are read and answered: each of them is within
/// <c>--max-body</c>, and many at once would be more than the machine has. Bodies up to 64 KiB are not counted. What a request is done with
/// counts on until it is collected: where it comes to half of the limit, and all of it, with the memory given back to the system, when
/// large bodies have ceased to come.
/// </summary>
internal sealed class HeldBodies : IDisposable
{
    private const long Most = 1L << 30;
    private const int LeastAnswer = 1 << 16;

    /// <summary>What a body may take to arrive before it gives way to others that find no room.</summary>
    internal static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(30);

    /// <summary>How long large bodies must have ceased to come before the heap shrinks: it is a pause for all, and memory that comes back is dear.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly long _limit;
    private readonly TimeProvider _time;
    private readonly ITimer _whenQuiet;
    private readonly Lock _lock = new();
    private readonly HashSet<HeldShare> _arriving = [];
    private long _held;
    private long _garbage;
    private long _others;
    private int _collections;
    private bool _mayShrink;

    /// <summary>Nothing is held.</summary>
    /// <param name="limit">The most bytes at once; a request that is alone has what it takes.</param>
    /// <param name="time">Tells which bodies are long in coming, and when they have ceased to come.</param>
    internal HeldBodies(long limit, TimeProvider time)
    {
        _limit = limit;
        _time = time;
        _whenQuiet = time.CreateTimer(_ => Shrink(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// For bodies of at most so many bytes, on a machine or in a container of so many: 1 GiB or four bodies, and no more than a quarter of the memory.
    /// </summary>
    internal static HeldBodies For(long largestBody, long memory, TimeProvider time) =>
        new(Math.Min(Math.Max(Most, 4 * largestBody), memory / 4), time);

    /// <summary>The most bytes at once.</summary>
    internal long Limit => _limit;

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
        var share = new HeldShare(this, aborted, _time.GetTimestamp());
        lock (_lock) _arriving.Add(share);
        return share;
    }

    /// <summary>Room for some more; false where there is none, and then the largest of the bodies that are long in coming is told to give way.</summary>
    internal bool TryTake(HeldShare share, long bytes)
    {
        lock (_lock)
        {
            if (_held + _garbage + bytes <= _limit || _held == share.Bytes)
            {
                _held += bytes;
                share.Bytes += bytes;
                return true;
            }

            var slow = _arriving.Where(other => other != share && other.Bytes > 0 && _time.GetElapsedTime(other.Since) >= Undisturbed).MaxBy(other => other.Bytes);
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
        var collections = GC.CollectionCount(GC.MaxGeneration);
        lock (_lock)
        {
            if (collections != _collections) _garbage = 0;
            _collections = collections;
            _held -= bytes;
            share.Bytes -= bytes;
            if (isGarbage) _garbage += bytes;
            var garbage = Math.Max(_garbage, heap - _held - _others);
            _mayShrink |= garbage >= _limit / 8;
            if (_held == 0 && _mayShrink) _whenQuiet.Change(Quiet, Timeout.InfiniteTimeSpan);
            if (garbage < _limit / 2) return;
            _garbage = 0;
        }

        // Not left to the runtime: with memory to spare it lets several GiB of such arrays come together.
        Collect(GCCollectionMode.Forced, compacting: false);
    }

    /// <summary>Gives the memory back to the system, which the runtime keeps as long as nothing new is asked of it.</summary>
    private void Shrink()
    {
        lock (_lock)
        {
            if (_held > 0) return;
            _garbage = 0;
            _mayShrink = false;
        }

        Collect(GCCollectionMode.Aggressive, compacting: true);
    }

    private void Collect(GCCollectionMode mode, bool compacting)
    {
        GC.Collect(GC.MaxGeneration, mode, blocking: true, compacting);
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        lock (_lock) _others = Math.Max(0, heap - _held);
    }

    /// <summary>A body is there: it gives way to nobody.</summary>
    internal void Arrived(HeldShare share)
    {
        lock (_lock) _arriving.Remove(share);
    }

    /// <inheritdoc/>
    public void Dispose() => _whenQuiet.Dispose();
}
