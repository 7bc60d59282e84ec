namespace Bullpen.Core.Simulation;

/// <summary>
/// What a cache would load that knew from the beginning how often each model will be asked for, kept those that save most load time
/// for each byte for good, and loaded all others past itself. A yardstick, no bound: where popularity is constant and requests are independent,
/// nobody who does not know the future loads less in the long run, but where it shifts, policies that follow it do.
/// </summary>
public static class FixedSet
{
    /// <summary>The load time of all requests for models that fit into <paramref name="budget"/> bytes; the best set is chosen greedily.</summary>
    public static TimeSpan LoadTime(Trace trace, long budget)
    {
        var counts = trace.Requests.CountBy(request => request.Model).ToDictionary();
        var total = TimeSpan.Zero;
        var room = budget;
        foreach (var (index, count) in counts.OrderByDescending(asked => asked.Value * trace.Models[asked.Key].LoadTime.TotalSeconds / trace.Models[asked.Key].Bytes))
        {
            var model = trace.Models[index];
            if (model.Bytes > budget) continue;
            var isKept = model.Bytes <= room;
            if (isKept) room -= model.Bytes;
            total += model.LoadTime * (isKept ? 1 : count);
        }

        return total;
    }
}
