using Bullpen.Core.Simulation;

namespace Bullpen.Core.Tests.Simulation;

public sealed class SyntheticTraceTests
{
    [Theory]
    [InlineData("zipf:1.0", 1000)]
    [InlineData("uniform", 1000)]
    [InlineData("drift", 1000)]
    [InlineData("scan", 1000)]
    public void It_has_what_was_asked_for_in_order_of_time_and_is_the_same_for_the_same_seed(string kind, int requests)
    {
        var trace = Make(kind, requests);

        trace.Models.Count.ShouldBe(20);
        trace.Requests.Count.ShouldBe(requests);
        trace.Requests.Select(request => request.At).ShouldBeInOrder();
        trace.Length.TotalSeconds.ShouldBe(requests / 5.0, requests / 5.0 * 0.15);
        Make(kind, requests).Requests.ShouldBe(trace.Requests);
        Make(kind, requests, seed: 2).Requests.ShouldNotBe(trace.Requests);
    }

    [Fact]
    public void Under_Zipfs_law_the_second_is_asked_for_half_as_often_as_the_first()
    {
        var counts = Make("zipf:1.0", 100_000).Requests.CountBy(request => request.Model).Select(count => count.Value).OrderDescending().ToList();

        counts[1].ShouldBeInRange(counts[0] * 45 / 100, counts[0] * 55 / 100);
        counts[9].ShouldBeInRange(counts[0] * 8 / 100, counts[0] * 12 / 100);
    }

    [Fact]
    public void A_scan_asks_for_every_model_once_an_hour()
    {
        var plain = Make("zipf:1.0", 40_000);
        var scan = Make("scan", 40_000);

        scan.Requests.Count.ShouldBe(plain.Requests.Count + (2 * 20), "two full hours have passed");
        var first = scan.Requests.Where(request => request.At >= TimeSpan.FromHours(1) && request.At.Ticks % TimeSpan.FromMilliseconds(200).Ticks == 0).Take(20);
        first.Select(request => request.Model).ShouldBe(Enumerable.Range(0, 20));
    }

    [Fact]
    public void Drift_changes_who_is_popular()
    {
        var requests = Make("drift", 200_000).Requests;

        MostPopular(requests.Take(2000)).ShouldNotBe(MostPopular(requests.TakeLast(2000)));
    }

    [Theory]
    [InlineData("zipf")]
    [InlineData("zipf:")]
    [InlineData("zipf:-1")]
    [InlineData("zipf:9")]
    [InlineData("Uniform")]
    [InlineData("access.log")]
    public void What_is_no_kind_is_not_taken_for_one(string name) => SyntheticTrace.Parse(name).ShouldBeNull();

    private static int[] MostPopular(IEnumerable<TraceRequest> requests) =>
        [.. requests.CountBy(request => request.Model).OrderByDescending(count => count.Value).Take(5).Select(count => count.Key)];

    private static Trace Make(string kind, int requests, int seed = 1) =>
        (SyntheticTrace.Parse(kind)! with { Models = 20, Requests = requests, Seed = seed }).Make();
}
