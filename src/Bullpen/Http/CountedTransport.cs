using System.Buffers;
using System.IO.Pipelines;

namespace Bullpen.Http;

/// <summary>A connection's two pipes, of which the first tells <see cref="ChunkFraming"/> what is taken from it while that asks.</summary>
internal sealed class CountedTransport(IDuplexPipe transport, ChunkFraming framing) : IDuplexPipe
{
    /// <inheritdoc/>
    public PipeReader Input { get; } = new Counted(transport.Input, framing);

    /// <inheritdoc/>
    public PipeWriter Output => transport.Output;

    private sealed class Counted(PipeReader input, ChunkFraming framing) : PipeReader
    {
        private ReadOnlySequence<byte> _read;

        public override bool TryRead(out ReadResult result)
        {
            var isRead = input.TryRead(out result);
            if (isRead && framing.IsWatched) _read = result.Buffer;
            return isRead;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            framing.IsWatched ? ReadCountedAsync(cancellationToken) : input.ReadAsync(cancellationToken);

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!_read.IsEmpty)
            {
                framing.Add(_read.Slice(0, consumed).Length);
                _read = default;
            }

            input.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => input.Complete(exception);

        private async ValueTask<ReadResult> ReadCountedAsync(CancellationToken cancellationToken)
        {
            var result = await input.ReadAsync(cancellationToken);
            _read = result.Buffer;
            return result;
        }
    }
}
