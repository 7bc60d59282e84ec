using Bullpen.Telemetry;

namespace Bullpen.Tests.Telemetry;

public sealed class HistogramCellTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.0000001, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(double.PositiveInfinity, 2)]
    public void A_bucket_holds_what_is_at_most_its_bound(double value, int bucket)
    {
        var cell = new HistogramCell([1, 10]);
        var counts = new long[3];

        cell.Observe(value);

        cell.Read(counts).ShouldBe(value);
        counts.ShouldBe(Enumerable.Range(0, 3).Select(i => i == bucket ? 1L : 0L));
    }

    [Fact]
    public async Task No_observation_of_many_threads_is_lost()
    {
        const int each = 100_000;
        var cell = new HistogramCell([1, 2, 3]);
        using var start = new Barrier(4);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < each; i++) cell.Observe(thread + 0.5);
            },
            TaskCreationOptions.LongRunning)));

        var counts = new long[4];
        cell.Read(counts).ShouldBe(each * (0.5 + 1.5 + 2.5 + 3.5));
        counts.ShouldBe([each, each, each, each]);
    }
}
