namespace Bullpen.Core.Models;

/// <summary>Every eviction policy, by the name that <c>--eviction</c> takes.</summary>
public static class EvictionPolicies
{
    private static readonly EvictionPolicy[] All = [new LruEvictionPolicy()];

    /// <summary>The names, the default first.</summary>
    public static IEnumerable<string> Names => All.Select(policy => policy.Name);

    /// <summary>The policy of that name, whatever its case; null where there is none.</summary>
    public static EvictionPolicy? Find(string name) =>
        Array.Find(All, policy => policy.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
