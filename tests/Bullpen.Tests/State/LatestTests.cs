using Bullpen.State;

namespace Bullpen.Tests.State;

public sealed class LatestTests
{
    [Fact]
    public void The_entry_that_was_set_longest_ago_goes()
    {
        var latest = new Latest<int>(most: 2);
        latest.Set("a", 1);
        latest.Set("b", 2);
        latest.Set("a", 3);
        latest.Set("c", 4);

        latest.TryGet("b", out _).ShouldBeFalse();
        (latest.TryGet("a", out var a), a).ShouldBe((true, 3));
        (latest.TryGet("c", out var c), c).ShouldBe((true, 4));
    }

    [Fact]
    public void What_was_removed_takes_no_place()
    {
        var latest = new Latest<int>(most: 2);
        latest.Set("a", 1);
        latest.Set("b", 2);
        latest.Remove("b").ShouldBeTrue();
        latest.Remove("b").ShouldBeFalse();
        latest.Set("c", 3);

        latest.TryGet("a", out _).ShouldBeTrue();
        latest.TryGet("b", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_change_is_made_of_what_is_there()
    {
        var latest = new Latest<int>(most: 2);

        latest.Change("a", known => known + 1).ShouldBe(1);
        latest.Change("a", known => known + 1).ShouldBe(2);
    }
}
