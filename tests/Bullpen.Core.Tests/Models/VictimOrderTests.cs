using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What the policies make of real uses of a cache.</summary>
public sealed class VictimOrderTests
{
    [Fact]
    public async Task The_order_is_that_of_what_models_are_worth_and_leaves_out_what_may_not_go()
    {
        await using var bullpen = Cache("lfu");
        bullpen.Definition("pinned", new() { Pin = true });
        foreach (var name in new[] { "twice", "once", "twice", "pinned", "thrice", "thrice", "thrice" }) await bullpen.Use(name);
        using var used = await bullpen.Lease("used");

        var order = bullpen.Cache.VictimOrder();

        order.Select(victim => victim.Definition.Id.Name).ShouldBe(["once", "twice", "thrice"]);
        order.Select(victim => victim.Worth).ShouldBeInOrder();
        bullpen.Cache.StatusOf(bullpen.Definition("thrice")).RecentUses.ShouldBe(3, 0.01);
    }

    [Fact]
    public async Task Equal_worth_goes_by_the_last_use()
    {
        await using var bullpen = Cache("gdsf");
        foreach (var name in new[] { "b", "a", "c" }) await bullpen.Use(name);

        bullpen.Cache.VictimOrder().Select(victim => victim.Definition.Id.Name).ShouldBe(["b", "a", "c"]);
    }

    [Fact]
    public async Task Uses_outlive_an_eviction()
    {
        await using var bullpen = Cache("density", maxModels: 2);
        for (var i = 0; i < 5; i++) await bullpen.Use("often");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("often"), CancellationToken.None);
        for (var i = 0; i < 3; i++) await bullpen.Use("sometimes");

        await bullpen.Use("often");
        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next", "often"]);
    }

    [Fact]
    public async Task One_pass_over_all_models_does_not_throw_out_what_is_used_often()
    {
        await using var bullpen = Cache("density", maxModels: 4);
        foreach (var name in new[] { "x", "y", "z" })
            for (var i = 0; i < 3; i++) await bullpen.Use(name);

        for (var i = 0; i < 20; i++) await bullpen.Use($"scanned-{i}");

        bullpen.Ready().ShouldBe(["scanned-19", "x", "y", "z"]);
    }

    [Fact]
    public async Task Old_uses_count_less()
    {
        await using var bullpen = Cache("lfu", maxModels: 2);
        for (var i = 0; i < 10; i++) await bullpen.Use("former");
        bullpen.Time.Advance(TimeSpan.FromHours(10));
        await bullpen.Use("present");
        await bullpen.Use("present");

        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next", "present"]);
    }

    [Fact]
    public async Task What_is_not_used_any_more_is_overtaken_under_gdsf()
    {
        await using var bullpen = Cache("gdsf", maxModels: 2);
        for (var i = 0; i < 10; i++) await bullpen.Use("former");
        for (var i = 0; i < 8; i++) await bullpen.Use($"next-{i}");
        bullpen.Ready().ShouldContain("former");

        for (var i = 8; i < 30; i++) await bullpen.Use($"next-{i}");

        bullpen.Ready().ShouldBe(["next-28", "next-29"]);
    }

    private static ManagerHarness Cache(string policy, int? maxModels = null) =>
        new(cacheOptions: new ModelCacheOptions { MaxModels = maxModels }, policy: EvictionPolicies.Find(policy));
}
