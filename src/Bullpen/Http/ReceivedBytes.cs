using System.Buffers;
using Bullpen.Core;
using Bullpen.Operations;

namespace Bullpen.Http;

/// <summary>
/// Gathers a body while it arrives. The memory follows what came, never what was announced: it is doubled, and where a quarter of the
/// announced length is there, it is the length.
/// </summary>
/// <param name="announced">The length that the client says; null where it says none.</param>
/// <param name="held">What the request may hold; null where nobody counts.</param>
internal sealed class ReceivedBytes(long? announced, HeldShare? held = null)
{
    /// <summary>A body that needs no more is small, and nobody counts it.</summary>
    internal const int Uncounted = JsonLimits.SurelyWithin;

    private const int First = 1 << 17;

    /// <summary>From here on the pool would keep more than it is worth: one array of each size for each thread and more for each core.</summary>
    private const int LargestBorrowed = 1 << 20;

    private byte[] _bytes = [];
    private bool _isBorrowed;
    private int _count;
    private int _size;

    /// <summary>All that came. What was borrowed for it is not given back: nobody can tell how long it is read.</summary>
    internal ReadOnlyMemory<byte> All => _bytes.AsMemory(0, _count);

    /// <summary>How much came.</summary>
    internal int Count => _count;

    /// <summary>Room for some more, at least so many bytes.</summary>
    /// <exception cref="ServingException">The server holds too much already.</exception>
    internal Memory<byte> Room(int least)
    {
        if (Reserve(least) is { } refusal) throw refusal;
        return _bytes.AsMemory(_count);
    }

    /// <summary>Takes what was written into the room.</summary>
    internal ReadOnlySpan<byte> Advance(int count)
    {
        var written = _bytes.AsSpan(_count, count);
        _count += count;
        return written;
    }

    /// <summary>Takes what came.</summary>
    /// <returns>The same bytes, side by side.</returns>
    /// <exception cref="ServingException">The server holds too much already.</exception>
    internal ReadOnlySpan<byte> Append(ReadOnlySequence<byte> came)
    {
        var length = checked((int)came.Length);
        came.CopyTo(Room(length).Span);
        return Advance(length);
    }

    /// <summary>Makes room for some more; the refusal where the server holds too much already.</summary>
    internal ServingException? Reserve(long more)
    {
        var needed = checked((int)(_count + more));
        if (needed <= _bytes.Length) return null;
        var isAll = announced is { } all && all >= needed && all / 4 <= needed;
        var size = needed <= Uncounted ? Uncounted : isAll ? (int)announced!.Value : SizeFor(needed);
        if (size > Uncounted && held?.Take(size) is { } refusal) return refusal;
        var isBorrowed = !isAll && size <= LargestBorrowed;
        var larger = isBorrowed ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _bytes.AsSpan(0, _count).CopyTo(larger);
        if (_isBorrowed) ArrayPool<byte>.Shared.Return(_bytes);
        if (_size > Uncounted) held?.Leave(_size, isGarbage: !_isBorrowed);
        (_bytes, _isBorrowed, _size) = (larger, isBorrowed, size);
        return null;
    }

    private int SizeFor(int needed) => (int)Math.Min(Math.Max(Math.Max(needed, First), _size * 2L), Array.MaxLength);
}
