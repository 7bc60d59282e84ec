namespace Bullpen.Core.Models;

/// <summary>Every eviction policy, by the name that <c>--eviction</c> takes.</summary>
public static class EvictionPolicies
{
    /// <summary>The policies, in the order of the help.</summary>
    public static IReadOnlyList<EvictionPolicy> All { get; } =
        [new LruEvictionPolicy(), new LfuEvictionPolicy(), new GdsfEvictionPolicy(), new DensityEvictionPolicy(), new TtlEvictionPolicy()];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(policy => policy.Name);

    /// <summary>
    /// The name of the policy of a server that is told none: <c>lru</c> where models are counted, as users of other servers
    /// with a count expect; where bytes are, the one that saves most load time in the simulator
    /// (docs/decisions/eviction-by-worth.md).
    /// </summary>
    public static string DefaultFor(int? maxModels) => maxModels is null ? DensityEvictionPolicy.PolicyName : LruEvictionPolicy.PolicyName;

    /// <summary>The policy of that name, whatever its case; null where there is none.</summary>
    public static EvictionPolicy? Find(string name) =>
        All.FirstOrDefault(policy => policy.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
