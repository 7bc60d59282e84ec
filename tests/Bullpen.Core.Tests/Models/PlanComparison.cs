using Bullpen.Core.Models;

namespace Bullpen.Core.Tests.Models;

/// <summary>Compares what was foreseen with what a cache then decided.</summary>
internal static class PlanComparison
{
    internal static void Check(EvictionPlan plan, CacheStep step, CacheClient client)
    {
        var evicted = step.Unloads.Where(unload => unload.Entry.LeaveReason == LeaveReason.Evicted).ToList();
        evicted.Select(unload => (unload.Entry.Definition, unload.For)).ShouldBe(plan.Evictions.Select(eviction => (eviction.Definition, eviction.For)));
        evicted.Sum(unload => unload.Entry.Reservation!.Bytes).ShouldBe(plan.EvictedBytes);
        evicted.Any(unload => unload.For == client.Definition).ShouldBe(plan.Outcome == PlanOutcome.Evicts);
        step.Refusals.Any(refusal => refusal.Waiter == client.Waiter).ShouldBe(plan.Outcome == PlanOutcome.KeptOutByPins);
        var begun = step.Loads.FirstOrDefault(load => load.Definition == client.Definition);
        (begun is not null).ShouldBe(plan.Outcome == PlanOutcome.Fits);
        begun?.Reservation!.Bytes.ShouldBe(plan.NeededBytes);
        if (plan.MissingBytes > 0 || plan.MissingModels > 0) plan.Outcome.ShouldBe(PlanOutcome.Waits);
    }
}
