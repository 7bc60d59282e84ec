using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>A model's place in the order of eviction.</summary>
/// <param name="Rank">What decides before its worth does.</param>
/// <param name="Worth">What it is worth to the policy.</param>
/// <param name="LastUsed">Timestamp, among those worth the same.</param>
/// <param name="Id">Among those used in the same instant, so that the order never hangs on chance.</param>
internal readonly record struct VictimRank(EvictionRank Rank, double Worth, long LastUsed, ModelId Id)
{
    /// <summary>Who goes first comes first.</summary>
    internal static IComparer<VictimRank> LeastFirst { get; } = new Order();

    private sealed class Order : IComparer<VictimRank>
    {
        public int Compare(VictimRank x, VictimRank y)
        {
            var byRank = x.Rank.Against(y.Rank);
            if (byRank != 0) return byRank;
            if (x.Worth < y.Worth) return -1;
            if (x.Worth > y.Worth) return 1;
            if (x.LastUsed != y.LastUsed) return x.LastUsed.CompareTo(y.LastUsed);
            var byName = string.CompareOrdinal(x.Id.Name, y.Id.Name);
            return byName != 0 ? byName : string.CompareOrdinal(x.Id.Version, y.Id.Version);
        }
    }
}
