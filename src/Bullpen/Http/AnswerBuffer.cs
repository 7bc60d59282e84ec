using System.Buffers;

namespace Bullpen.Http;

/// <summary>
/// The bytes of an answer while it is written. What takes long ends where the client leaves: it is asked for room in blocks, and each
/// time looks.
/// </summary>
/// <param name="capacity">Bytes to begin with.</param>
/// <param name="aborted">Where the client leaves.</param>
internal sealed class AnswerBuffer(int capacity, CancellationToken aborted) : IBufferWriter<byte>
{
    private const int Block = 1 << 16;

    private readonly ArrayBufferWriter<byte> _bytes = new(capacity);

    /// <summary>All that was written.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <inheritdoc/>
    public void Advance(int count) => _bytes.Advance(count);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        aborted.ThrowIfCancellationRequested();
        var memory = _bytes.GetMemory(sizeHint);
        return memory[..Math.Min(memory.Length, Math.Max(Block, sizeHint))];
    }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
