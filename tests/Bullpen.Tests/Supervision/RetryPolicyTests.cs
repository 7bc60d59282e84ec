using Bullpen.Supervision;

namespace Bullpen.Tests.Supervision;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Policy = new()
    {
        TryAgain = 75,
        Limit = TimeSpan.FromSeconds(20),
        FirstDelay = TimeSpan.FromSeconds(1),
        LongestDelay = TimeSpan.FromSeconds(4),
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(int.MaxValue, 4)]
    public void Waits_grow_up_to_the_longest(int failures, int seconds) =>
        Policy.DelayAfter(failures, TimeSpan.Zero).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void The_last_wait_ends_at_the_limit() => Policy.DelayAfter(5, TimeSpan.FromSeconds(19)).ShouldBe(TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    public void At_the_limit_it_gives_up(int elapsed) => Policy.DelayAfter(1, TimeSpan.FromSeconds(elapsed)).ShouldBeNull();

    [Fact]
    public void A_limit_of_nothing_allows_one_start() => (Policy with { Limit = TimeSpan.Zero }).DelayAfter(1, TimeSpan.Zero).ShouldBeNull();
}
