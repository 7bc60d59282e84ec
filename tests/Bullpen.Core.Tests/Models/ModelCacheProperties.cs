using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Models;

public sealed class ModelCacheProperties
{
    [Theory]
    [InlineData(null, 0, "lru")]
    [InlineData(null, 0, "density")]
    [InlineData(1, 0, "gdsf")]
    [InlineData(3, 0, "lru")]
    [InlineData(3, 2, "lfu")]
    [InlineData(3, 2, "ttl")]
    public void Whatever_happens_in_whatever_order_the_ledger_is_right_and_everybody_is_answered(int? maxModels, int minimumResidency, string policy)
    {
        var (grants, evictions, successors, expirations, preloads) = (0, 0, 0, 0, 0);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithStartSize(20).WithEndSize(400).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<Tuple<byte, byte>[]>(), commands =>
            {
                var driver = new CacheDriver(maxModels, TimeSpan.FromSeconds(minimumResidency), EvictionPolicies.Find(policy)!);
                foreach (var (op, which) in commands) driver.Play(op, which);
                driver.Quiesce();
                grants += driver.Grants;
                evictions += driver.Evictions;
                successors += driver.Successors;
                expirations += driver.Expirations;
                preloads += driver.Preloads;
            }));

        grants.ShouldBeGreaterThan(500);
        evictions.ShouldBeGreaterThan(100);
        expirations.ShouldBeGreaterThan(5);
        preloads.ShouldBeGreaterThan(15);
        if (maxModels != 1) successors.ShouldBeGreaterThan(20);
    }
}
