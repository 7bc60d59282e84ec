namespace Bullpen.Core.Simulation;

/// <summary>Counts what happens in a simulation.</summary>
internal sealed class SimulationTally(int models)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly TimeSpan?[] _evictedAt = new TimeSpan?[models];
    private readonly List<TimeSpan> _waits = [];
    private TimeSpan _loadTime;
    private int _hits;
    private int _refused;
    private int _loads;
    private int _evictions;
    private int _reloads;

    internal void Hit() => _hits++;

    internal void Refused() => _refused++;

    internal void Waited(TimeSpan time) => _waits.Add(time);

    internal void Evicted(int model, TimeSpan now)
    {
        _evictedAt[model] = now;
        _evictions++;
    }

    internal void Loading(int model, TimeSpan takes, TimeSpan now)
    {
        _loads++;
        _loadTime += takes;
        if (now - _evictedAt[model] <= Soon) _reloads++;
    }

    internal SimulationResult Result(string policy, long budget, int requests)
    {
        _waits.Sort();
        return new SimulationResult
        {
            Policy = policy,
            Budget = budget,
            Requests = requests,
            Hits = _hits,
            Refused = _refused,
            Loads = _loads,
            LoadTime = _loadTime,
            MedianWait = Wait(0.5),
            P99Wait = Wait(0.99),
            Evictions = _evictions,
            ReloadsWithinAMinute = _reloads,
        };
    }

    /// <summary>The wait that a part of all answered requests does not exceed; hits wait for nothing.</summary>
    private TimeSpan Wait(double part)
    {
        var at = (int)Math.Ceiling(part * (_hits + _waits.Count)) - 1 - _hits;
        return at < 0 ? TimeSpan.Zero : _waits[at];
    }
}
