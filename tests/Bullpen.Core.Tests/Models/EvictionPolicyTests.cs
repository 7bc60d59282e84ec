using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Models;

/// <summary>Who goes first under each policy, on cases made by hand.</summary>
public sealed class EvictionPolicyTests
{
    private static readonly EvictionCandidate Plain = new(
        new ModelId("m", "1"), Bytes: 1 << 30, TimeSpan.FromSeconds(1), LoadedAt: 0, LastUsed: 100, Leases: 1, LogUses: 0, Inflation: 0);

    [Fact]
    public void Lru_gives_up_what_was_used_longest_ago_however_often() =>
        First("lru", Plain with { LastUsed = 50, LogUses = 10, Leases = 1000 }, Plain).ShouldBe(0);

    [Fact]
    public void Lfu_gives_up_what_was_used_least_often_however_recently() =>
        First("lfu", Plain with { LastUsed = 200, LogUses = -1 }, Plain).ShouldBe(0);

    [Fact]
    public void Ttl_gives_up_what_was_loaded_longest_ago_however_often_it_is_used() =>
        First("ttl", Plain with { LoadedAt = 10 }, Plain with { LoadedAt = 9, LastUsed = 500, LogUses = 10, Leases = 1000 }).ShouldBe(1);

    [Theory]
    [InlineData("gdsf")]
    [InlineData("density")]
    public void Load_time_keeps_and_bytes_do_not(string policy)
    {
        First(policy, Plain, Plain with { LoadTime = TimeSpan.FromSeconds(2) }).ShouldBe(0);
        First(policy, Plain, Plain with { Bytes = 2L << 30 }).ShouldBe(1);
        Worth(policy, Plain with { Bytes = 2L << 30, LoadTime = TimeSpan.FromSeconds(2) }).ShouldBe(Worth(policy, Plain));
    }

    [Fact]
    public void Gdsf_is_inflation_plus_uses_times_seconds_by_GiB() =>
        Worth("gdsf", Plain with { Inflation = 5, Leases = 3, Bytes = 2L << 30 }).ShouldBe(5 + (3 * 1.0 / 2));

    [Fact]
    public void Density_is_the_logarithm_of_uses_times_seconds_by_GiB() =>
        Worth("density", Plain with { LogUses = 3, LoadTime = TimeSpan.FromSeconds(4), Bytes = 2L << 30 }).ShouldBe(3 + 2 - 1);

    [Fact]
    public void The_worth_of_what_weighs_and_costs_nothing_is_a_number()
    {
        foreach (var policy in EvictionPolicies.All)
            double.IsFinite(policy.Worth(Plain with { Bytes = 0, LoadTime = TimeSpan.Zero, LogUses = new UseStatistics().LogUses(60) })).ShouldBeTrue(policy.Name);
    }

    [Fact]
    public void The_default_is_lru_where_models_are_counted_and_density_where_bytes_are()
    {
        EvictionPolicies.DefaultFor(3).ShouldBe("lru");
        EvictionPolicies.DefaultFor(null).ShouldBe("density");
        EvictionPolicies.Find("GDSF")!.Name.ShouldBe("gdsf");
        EvictionPolicies.Find("magic").ShouldBeNull();
    }

    private static int First(string policy, params EvictionCandidate[] candidates) =>
        Enumerable.Range(0, candidates.Length).MinBy(i => Worth(policy, candidates[i]));

    private static double Worth(string policy, EvictionCandidate candidate) => EvictionPolicies.Find(policy)!.Worth(candidate);
}
