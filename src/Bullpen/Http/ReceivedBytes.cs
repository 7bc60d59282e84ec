using System.Buffers;

namespace Bullpen.Http;

/// <summary>
/// Gathers a body while it arrives. The memory follows what came, never what was announced: it is doubled, and where a quarter of the
/// announced length is there, it is the length.
/// </summary>
/// <param name="announced">The length that the client says; null where it says none.</param>
internal sealed class ReceivedBytes(long? announced)
{
    private const int First = 1 << 17;

    private byte[] _bytes = [];
    private bool _isBorrowed;
    private int _count;

    /// <summary>All that came, in memory of its own.</summary>
    internal ReadOnlyMemory<byte> All => _bytes.AsMemory(0, _count);

    /// <summary>How much came.</summary>
    internal int Count => _count;

    /// <summary>Room for some more, at least one byte.</summary>
    internal Memory<byte> Room(int least = 1)
    {
        Grow(least);
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
    internal ReadOnlySpan<byte> Append(ReadOnlySequence<byte> came)
    {
        var length = checked((int)came.Length);
        Grow(length);
        came.CopyTo(_bytes.AsSpan(_count));
        return Advance(length);
    }

    private void Grow(int more)
    {
        var needed = checked(_count + more);
        if (needed <= _bytes.Length) return;
        var size = Math.Min(Math.Max(Math.Max(needed, First), _bytes.Length * 2L), Array.MaxLength);
        var isAll = announced is { } all && all >= needed && all / 4 <= needed;

        // What will be outgrown is borrowed: large garbage has the collector empty the pools that a document is made in.
        var larger = isAll ? GC.AllocateUninitializedArray<byte>((int)announced!.Value) : ArrayPool<byte>.Shared.Rent((int)size);
        _bytes.AsSpan(0, _count).CopyTo(larger);
        if (_isBorrowed) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _isBorrowed) = (larger, !isAll);
    }
}
