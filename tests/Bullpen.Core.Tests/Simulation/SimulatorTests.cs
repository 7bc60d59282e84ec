using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Simulation;

namespace Bullpen.Core.Tests.Simulation;

public sealed class SimulatorTests
{
    [Fact]
    public void A_trace_worked_out_by_hand()
    {
        var result = Run(Trace([60, 60], [1, 2], (0, 0), (10, 1), (20, 0), (20.5, 0)), "lru", 100);

        result.ShouldBe(new SimulationResult
        {
            Policy = "lru",
            Budget = 100,
            Requests = 4,
            Hits = 0,
            Refused = 0,
            Loads = 3,
            LoadTime = TimeSpan.FromSeconds(1 + 2 + 1),
            MedianWait = TimeSpan.FromSeconds(1),
            P99Wait = TimeSpan.FromSeconds(2),
            Evictions = 2,
            ReloadsWithinAMinute = 1,
        });
    }

    [Fact]
    public void Where_both_fit_each_is_loaded_once()
    {
        var result = Run(Trace([60, 60], [1, 2], (0, 0), (10, 1), (20, 0), (20.5, 1)), "lru", 120);

        (result.Loads, result.Hits, result.HitRatio, result.Evictions).ShouldBe((2, 2, 0.5, 0));
        result.MedianWait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Loads_go_one_at_a_time()
    {
        var result = Run(Trace([10, 10, 10], [1, 1, 1], (0, 0), (0, 1), (0, 2)), "lru", 100);

        result.MedianWait.ShouldBe(TimeSpan.FromSeconds(2));
        result.P99Wait.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_model_in_use_is_not_evicted_and_the_next_load_waits_for_it()
    {
        var options = new SimulationOptions { RunTime = TimeSpan.FromSeconds(5) };

        // Loaded at 1, used until 6; the other is loaded from 6 to 7, and came at 2.
        Run(Trace([60, 60], [1, 1], (0, 0), (2, 1)), "lru", 100, options).P99Wait.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Who_waits_too_long_is_refused_and_so_is_what_is_larger_than_the_budget()
    {
        var options = new SimulationOptions { LoadWait = TimeSpan.FromSeconds(3) };

        var result = Run(Trace([10, 10, 101], [4, 1, 1], (0, 0), (0, 1), (5, 1), (9, 2), (10, 0)), "lru", 100, options);

        result.Refused.ShouldBe(3);
        result.Hits.ShouldBe(2, "the load that nobody waited for any more went on, and the one behind it was given up");
    }

    [Fact]
    public void Density_keeps_what_saves_more_for_each_byte()
    {
        var trace = Trace([60, 60, 60], [3, 1, 1], (0, 0), (10, 1), (20, 2), (30, 0), (40, 1), (50, 2), (60, 0));

        Run(trace, "lru", 120).Hits.ShouldBe(0);
        Run(trace, "density", 120).Hits.ShouldBe(2);
    }

    [Theory]
    [InlineData("zipf:1.0", 0.85)]
    [InlineData("scan", 0.85)]
    [InlineData("drift", 0.9)]
    public void Density_saves_load_time_against_lru(string kind, double atMost)
    {
        var trace = (SyntheticTrace.Parse(kind)! with { Models = 300, Requests = 30_000 }).Make();

        var ratio = Run(trace, "density", 2L << 30).LoadTime / Run(trace, "lru", 2L << 30).LoadTime;

        ratio.ShouldBeLessThan(atMost);
    }

    [Theory]
    [InlineData("zipf:0.8")]
    [InlineData("drift")]
    [InlineData("scan")]
    [InlineData("uniform")]
    public void Every_policy_accounts_for_every_request_and_none_beats_the_bound(string kind)
    {
        var trace = (SyntheticTrace.Parse(kind)! with { Models = 100, Requests = 5_000, Seed = 7 }).Make();
        foreach (var budget in new[] { 500L << 20, 2L << 30 })
        {
            foreach (var policy in EvictionPolicies.All)
            {
                var result = Simulator.Run(trace, policy, budget);

                result.Requests.ShouldBe(trace.Requests.Count);
                result.LoadTime.ShouldBeGreaterThan(OfflineBound.LoadTime(trace, budget));
                result.Evictions.ShouldBeInRange(result.Loads - trace.Models.Count, result.Loads);
                Simulator.Run(trace, policy, budget).ShouldBe(result, "the same trace gives the same figures");
            }
        }
    }

    private static SimulationResult Run(Trace trace, string policy, long budget, SimulationOptions? options = null) =>
        Simulator.Run(trace, EvictionPolicies.Find(policy)!, budget, options);

    internal static Trace Trace(long[] bytes, double[] loadSeconds, params (double Seconds, int Model)[] requests) => new(
        "by hand",
        [.. bytes.Select((size, i) => new TraceModel(new ModelId($"m{i}", "1"), size, TimeSpan.FromSeconds(loadSeconds[i])))],
        [.. requests.Select(request => new TraceRequest(TimeSpan.FromSeconds(request.Seconds), request.Model))]);
}
