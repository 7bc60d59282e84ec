using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Models;

public sealed class UseStatisticsTests
{
    private const double HalfLife = 60;

    [Fact]
    public void After_a_half_life_a_use_counts_half()
    {
        var uses = new UseStatistics();
        uses.Fold(leases: 1, since: 0, lastUsed: 10, HalfLife, inflation: 0);

        uses.CountAt(10, HalfLife).ShouldBe(1);
        uses.CountAt(70, HalfLife).ShouldBe(0.5);
        uses.LogUses(HalfLife).ShouldBe(10 / HalfLife, 1e-12);
    }

    [Fact]
    public void Looking_again_counts_nothing_twice()
    {
        var uses = new UseStatistics();
        uses.Fold(3, 0, 10, HalfLife, 0);
        var count = uses.CountAt(50, HalfLife);
        uses.Fold(3, 0, 10, HalfLife, 7);

        uses.CountAt(50, HalfLife).ShouldBe(count);
        uses.Inflation.ShouldBe(0);
    }

    [Fact]
    public void Looked_at_after_every_use_it_is_the_sum_of_the_weights_of_all_uses() => Check(Gaps, gaps =>
    {
        var uses = new UseStatistics();
        var times = Times(gaps);
        for (var i = 0; i < times.Count; i++) uses.Fold(i + 1, 0, times[i], HalfLife, 0);

        var now = times[^1] + 5;
        uses.CountAt(now, HalfLife).ShouldBe(Naive(times, now), Naive(times, now) * 1e-9);
    });

    [Fact]
    public void Looked_at_seldom_it_lies_between_all_uses_at_the_earliest_and_all_at_the_latest_moment() => Check(Gaps, gaps =>
    {
        var uses = new UseStatistics();
        var times = Times(gaps);
        var (least, most, seen) = (new List<double>(), new List<double>(), 0.0);
        for (var i = 0; i < times.Count; i += 7)
        {
            var batch = times.Skip(i).Take(7).ToList();
            least.AddRange(batch.Select(_ => seen));
            most.AddRange(batch.Select(_ => batch[^1]));
            seen = batch[^1];
            uses.Fold(i + batch.Count, 0, seen, HalfLife, 0);
        }

        uses.CountAt(seen, HalfLife).ShouldBeInRange(Naive(least, seen) * (1 - 1e-9), Naive(most, seen) * (1 + 1e-9));
    });

    [Fact]
    public void Uses_that_came_evenly_are_counted_to_within_a_percent()
    {
        var uses = new UseStatistics();
        var times = Enumerable.Range(1, 1000).Select(i => i * 0.3).ToList();
        uses.Fold(400, 0, times[399], HalfLife, 0);
        uses.Fold(1000, 0, times[999], HalfLife, 0);

        uses.CountAt(300, HalfLife).ShouldBe(Naive(times, 300), Naive(times, 300) * 0.01);
    }

    [Fact]
    public void Uses_since_a_load_are_not_spread_over_the_time_before_it()
    {
        var uses = new UseStatistics();
        uses.Fold(leases: 100, since: 1000, lastUsed: 1000, HalfLife, 0);

        uses.CountAt(1000, HalfLife).ShouldBe(100);
    }

    [Fact]
    public void A_successor_goes_on_with_its_predecessors_count()
    {
        var (old, successor) = (new UseStatistics(), new UseStatistics());
        old.Fold(8, 0, 0, HalfLife, inflation: 3);
        successor.Inherit(old);
        successor.Fold(leases: 1, since: 60, lastUsed: 60, HalfLife, inflation: 4);

        successor.CountAt(60, HalfLife).ShouldBe(5);
        successor.Inflation.ShouldBe(4);
    }

    private static Arbitrary<NonEmptyArray<byte>> Gaps => ArbMap.Default.ArbFor<NonEmptyArray<byte>>();

    private static void Check(Arbitrary<NonEmptyArray<byte>> gaps, Action<byte[]> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true), Prop.ForAll(gaps, array => property(array.Get)));

    private static List<double> Times(byte[] gaps)
    {
        var now = 0.0;
        return [.. gaps.Select(gap => now += gap * 0.7)];
    }

    private static double Naive(IEnumerable<double> times, double now) => times.Sum(time => Math.Pow(2, -(now - time) / HalfLife));
}
