using Bullpen.Core.Simulation;

namespace Bullpen.Core.Tests.Simulation;

public sealed class OfflineBoundTests
{
    [Fact]
    public void What_fits_is_loaded_once() =>
        Bound(100, [60, 60], [1, 2], (0, 0), (10, 1), (20, 0), (20.5, 0)).ShouldBe(3, "both intervals of the first take 1,230 of 2,050 byte seconds");

    [Fact]
    public void The_intervals_that_save_most_for_their_bytes_and_time_are_kept_the_last_in_part() =>
        Bound(60, [60, 60], [1, 2], (0, 0), (5, 1), (10, 0), (20, 0), (20, 1)).ShouldBe(
            7 - 2 - 0.5, "of 1,200 byte seconds the second takes 900 for 2 s, which leaves half of what saves the first 1 s");

    [Fact]
    public void Models_larger_than_the_budget_are_not_loaded_at_all() => Bound(59, [60, 59], [1, 2], (0, 0), (1, 1), (2, 0)).ShouldBe(2);

    [Fact]
    public void A_trace_without_requests_costs_nothing() => Bound(1, [1], [1]).ShouldBe(0);

    private static double Bound(long budget, long[] bytes, double[] loadSeconds, params (double Seconds, int Model)[] requests) =>
        OfflineBound.LoadTime(SimulatorTests.Trace(bytes, loadSeconds, requests), budget).TotalSeconds;
}
