using System.Buffers;
using Bullpen.Http;

namespace Bullpen.Tests.Http;

public sealed class ReceivedBytesTests
{
    private const int Piece = 100_000;

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(1_000_000L)]
    [InlineData(30 * (long)Piece)]
    [InlineData(1L << 40)]
    public void All_that_came_is_there_whatever_was_announced(long? announced)
    {
        var received = new ReceivedBytes(announced);
        var piece = new byte[Piece];
        for (var at = 0; at < 30; at++)
        {
            piece.AsSpan().Fill((byte)at);
            received.Append(new ReadOnlySequence<byte>(piece)).Length.ShouldBe(Piece);
        }

        received.Count.ShouldBe(30 * Piece);
        for (var at = 0; at < 30; at++) received.All.Span.Slice(at * Piece, Piece).IndexOfAnyExcept((byte)at).ShouldBe(-1);
    }

    [Fact]
    public void Memory_is_taken_for_what_came_and_not_for_what_was_announced()
    {
        var piece = new ReadOnlySequence<byte>(new byte[Piece]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        new ReceivedBytes(announced: 1L << 30).Append(piece);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * Piece);
    }
}
