namespace Bullpen.Core.Simulation;

/// <summary>What one policy made of a trace in one budget.</summary>
public sealed record SimulationResult
{
    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>The memory budget, in bytes.</summary>
    public required long Budget { get; init; }

    /// <summary>Requests in all.</summary>
    public required int Requests { get; init; }

    /// <summary>Requests whose model was ready.</summary>
    public required int Hits { get; init; }

    /// <summary>Requests for models larger than the budget, or whose wait was too long.</summary>
    public required int Refused { get; init; }

    /// <summary>Loads, of which each serves all who wait for it.</summary>
    public required int Loads { get; init; }

    /// <summary>What all loads took together.</summary>
    public required TimeSpan LoadTime { get; init; }

    /// <summary>Half of the requests that were answered waited no longer for their model.</summary>
    public required TimeSpan MedianWait { get; init; }

    /// <summary>99 of 100 requests that were answered waited no longer.</summary>
    public required TimeSpan P99Wait { get; init; }

    /// <summary>Models that had to go for others.</summary>
    public required int Evictions { get; init; }

    /// <summary>Loads of models that had been evicted within the minute before.</summary>
    public required int ReloadsWithinAMinute { get; init; }

    /// <summary>The part of all requests whose model was ready.</summary>
    public double HitRatio => Requests == 0 ? 0 : (double)Hits / Requests;
}
