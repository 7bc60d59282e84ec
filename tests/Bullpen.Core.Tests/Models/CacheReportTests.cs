using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

public sealed class CacheReportTests
{
    [Fact]
    public async Task The_models_come_by_name_a_page_at_a_time()
    {
        await using var bullpen = new ManagerHarness();
        foreach (var name in new[] { "c", "a", "b" }) await bullpen.Use(name);

        var (first, last) = (bullpen.Cache.Report(0, 2), bullpen.Cache.Report(2, 2));

        first.Models.Select(model => model.Definition.Id.Name).ShouldBe(["a", "b"]);
        first.HasMore.ShouldBeTrue();
        last.Models.Select(model => model.Definition.Id.Name).ShouldBe(["c"]);
        last.HasMore.ShouldBeFalse();
        last.InMemory.ShouldBe(3);
        bullpen.Cache.Report(int.MaxValue - 1000, 1000).Models.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_victims_are_those_that_go_next_and_in_that_order()
    {
        await using var bullpen = new ManagerHarness(budget: 300);
        bullpen.Definition("pinned", new ModelManifest { Pin = true });
        foreach (var name in new[] { "b", "pinned", "a" }) await bullpen.Use(name);

        var victims = bullpen.Cache.Report(0, 10).NextVictims;
        victims.Select(victim => victim.Definition.Id.Name).ShouldBe(["b", "a"]);
        victims[0].Worth.ShouldBe(bullpen.Cache.Report(0, 10).Models.Single(model => model.Definition.Id.Name == "b").Worth!.Value);
        await bullpen.Use("c");

        bullpen.Ready().ShouldBe(["a", "c", "pinned"]);
    }

    [Fact]
    public async Task A_model_shows_what_keeps_it_and_until_when()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MinimumResidency = TimeSpan.FromSeconds(20) });
        using (var lease = await bullpen.Lease("a")) lease.Model.KeepAlive = new KeepAlive(TimeSpan.FromSeconds(30));
        bullpen.Manager.Pin(bullpen.Definition("a"), true);
        var loaded = bullpen.Time.GetUtcNow();
        bullpen.Time.Advance(TimeSpan.FromSeconds(10));

        var model = bullpen.Cache.Report(0, 1).Models.Single();

        model.LastUsed.ShouldBe(loaded);
        model.KeptUntil.ShouldBe(loaded + TimeSpan.FromSeconds(30));
        model.YoungUntil.ShouldBe(loaded + TimeSpan.FromSeconds(20));
        model.Pin.ShouldBe(PinSource.Operator);
        model.LeasesSinceLoad.ShouldBe(1);
        bullpen.Time.Advance(TimeSpan.FromSeconds(10));
        bullpen.Cache.Report(0, 1).Models.Single().YoungUntil.ShouldBeNull();
    }

    [Fact]
    public async Task Hits_since_the_load_and_in_all_differ_once_it_was_evicted()
    {
        await using var bullpen = new ManagerHarness(budget: 100);
        foreach (var name in new[] { "a", "a", "b", "a" }) await bullpen.Use(name);

        var model = bullpen.Cache.Report(0, 1).Models.Single();

        (model.LeasesSinceLoad, model.Status.Leases).ShouldBe((1, 3));
    }
}
