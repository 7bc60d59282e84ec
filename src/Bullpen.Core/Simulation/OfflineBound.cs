namespace Bullpen.Core.Simulation;

/// <summary>
/// What no policy can beat, not even one that knows the future: a lower bound on the load time of a trace within a budget. Between
/// two requests for a model its memory is either kept, which takes bytes × time, or given up, which costs a load. All that is kept at
/// any moment must fit into the budget; the bound asks only that all that is kept over the whole trace fits into budget × length,
/// and lets a part of the last interval be kept. That is a relaxation, so the optimum is not below it: the fractional knapsack of
/// PFOO-L in D. Berger, N. Beckmann and M. Harchol-Balter, "Practical bounds on optimal caching with variable object sizes",
/// Proceedings of the ACM on Measurement and Analysis of Computing Systems 2 (2), 2018, with load times as the costs. It takes a load to be done
/// at once: that several who ask for a model while it is being loaded share one load is not in it, and is the one way to get below it.
/// </summary>
public static class OfflineBound
{
    /// <summary>The bound on the load time of all requests for models that fit into <paramref name="budget"/> bytes.</summary>
    public static TimeSpan LoadTime(Trace trace, long budget)
    {
        var intervals = new List<(double BytesTime, double Cost)>(trace.Requests.Count);
        var last = new TimeSpan?[trace.Models.Count];
        var total = 0.0;
        foreach (var (at, index) in trace.Requests)
        {
            var model = trace.Models[index];
            if (model.Bytes > budget || model.LoadTime <= TimeSpan.Zero) continue;
            total += model.LoadTime.TotalSeconds;
            if (last[index] is { } before) intervals.Add((model.Bytes * (at - before).TotalSeconds, model.LoadTime.TotalSeconds));
            last[index] = at;
        }

        return TimeSpan.FromSeconds(total - Kept(intervals, budget * trace.Length.TotalSeconds));
    }

    /// <summary>The most load time that can be saved with so many byte seconds: the intervals that save most for each come first.</summary>
    private static double Kept(List<(double BytesTime, double Cost)> intervals, double room)
    {
        intervals.Sort(static (x, y) => (x.BytesTime * y.Cost).CompareTo(y.BytesTime * x.Cost));
        var saved = 0.0;
        foreach (var (bytesTime, cost) in intervals)
        {
            if (bytesTime > room) return saved + (cost * room / bytesTime);
            room -= bytesTime;
            saved += cost;
        }

        return saved;
    }
}
