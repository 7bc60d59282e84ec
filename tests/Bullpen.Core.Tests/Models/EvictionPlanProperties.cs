using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Models;

public sealed class EvictionPlanProperties
{
    [Theory]
    [InlineData(null, 0, "lru")]
    [InlineData(null, 0, "density")]
    [InlineData(null, 2, "gdsf")]
    [InlineData(2, 0, "lru")]
    [InlineData(3, 2, "lfu")]
    public void Whatever_happened_before_a_plan_is_what_asking_does(int? maxModels, int minimumResidency, string policy)
    {
        var seen = new Dictionary<PlanOutcome, int>();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithStartSize(20).WithEndSize(400).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<Tuple<byte, byte>[]>(), commands =>
            {
                var driver = new CacheDriver(maxModels, TimeSpan.FromSeconds(minimumResidency), EvictionPolicies.Find(policy)!);
                foreach (var (op, which) in commands)
                {
                    driver.Play(op, which);

                    // Otherwise there is nearly always somebody in the queue, and nobody idle.
                    if (op % 16 == 0) driver.Settle();
                    if (op % 3 == 0 && driver.Foresee((byte)(which + op)) is { } outcome) seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
                }

                driver.Quiesce();
            }));

        // FitsSoon needs an unload that is slow and a queue that is empty, which chance seldom brings.
        var rare = new[] { PlanOutcome.TooLarge, PlanOutcome.FitsSoon };
        foreach (var outcome in Enum.GetValues<PlanOutcome>().Except(rare))
            seen.GetValueOrDefault(outcome).ShouldBeGreaterThan(20, $"{outcome} was hardly compared: {string.Join(", ", seen)}");
    }
}
