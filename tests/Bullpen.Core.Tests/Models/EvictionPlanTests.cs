using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What a plan says beside what comes of it, which <see cref="EvictionPlanProperties"/> compares with the deed.</summary>
public sealed class EvictionPlanTests
{
    [Fact]
    public async Task A_plan_names_the_victims_in_order_and_what_they_give_back_and_changes_nothing()
    {
        await using var bullpen = new ManagerHarness(budget: 300);
        foreach (var name in new[] { "b", "a", "c" }) await bullpen.Use(name);
        bullpen.Runtime.Model("large").Bytes = 150;

        var plan = Plan(bullpen, "large");

        plan.Outcome.ShouldBe(PlanOutcome.Evicts);
        plan.Evictions.Select(eviction => eviction.Definition.Id.Name).ShouldBe(["b", "a"]);
        (plan.NeededBytes, plan.FreeBytes, plan.EvictedBytes, plan.MissingBytes).ShouldBe((150, 0, 200, 0));
        plan.IsMeasured.ShouldBeFalse();
        plan.LoadTime.ShouldBeNull();
        bullpen.Ready().ShouldBe(["a", "b", "c"]);
        bullpen.Runtime.Model("large").Loads.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_loaded_before_is_planned_by_its_measure()
    {
        await using var bullpen = new ManagerHarness(budget: 300);
        (bullpen.Runtime.Model("a").Estimate, bullpen.Runtime.Model("a").Bytes) = (10, 120);
        await bullpen.Use("a");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

        var plan = Plan(bullpen, "a");

        (plan.Outcome, plan.NeededBytes, plan.IsMeasured).ShouldBe((PlanOutcome.Fits, 120, true));
        plan.LoadTime.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task What_is_missing_though_every_idle_model_went_is_said_with_who_has_it()
    {
        await using var bullpen = new ManagerHarness(budget: 300);
        bullpen.Definition("pinned", new ModelManifest { Pin = true });
        await bullpen.Use("pinned");
        await bullpen.Use("idle");
        using var inUse = await bullpen.Lease("used");
        bullpen.Runtime.Model("large").Bytes = 150;

        var plan = Plan(bullpen, "large");

        (plan.Outcome, plan.MissingBytes).ShouldBe((PlanOutcome.Waits, 50));
        plan.Evictions.ShouldBeEmpty();
        plan.Holders.ShouldBe([new(RoomHolder.Pinned, 100, 1), new(RoomHolder.InUse, 100, 1), new(RoomHolder.Idle, 100, 1)]);
    }

    [Fact]
    public async Task What_is_missing_by_count_is_said_too()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        using var inUse = await bullpen.Lease("used");

        var plan = Plan(bullpen, "a");

        (plan.Outcome, plan.MissingBytes, plan.MissingModels).ShouldBe((PlanOutcome.Waits, 0, 1));
    }

    [Fact]
    public async Task Room_that_is_being_given_back_already_needs_no_victim()
    {
        await using var bullpen = new ManagerHarness(budget: 200);
        using var hold = new ManualResetEventSlim();
        bullpen.Runtime.Model("leaving").HoldDispose = hold;
        await bullpen.Use("leaving");
        await bullpen.Use("idle");
        var unloading = bullpen.Manager.UnloadAsync(bullpen.Definition("leaving"), CancellationToken.None);

        var (plan, again) = (Plan(bullpen, "a"), Plan(bullpen, "leaving"));
        hold.Set();
        await unloading;

        (plan.Outcome, plan.ComingBytes).ShouldBe((PlanOutcome.FitsSoon, 100));
        plan.Evictions.ShouldBeEmpty();
        again.Outcome.ShouldBe(PlanOutcome.Leaving);
        Plan(bullpen, "a").Outcome.ShouldBe(PlanOutcome.Fits);
    }

    private static EvictionPlan Plan(ManagerHarness bullpen, string name) => new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Plan(bullpen.Definition(name));
}
