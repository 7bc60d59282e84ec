using Bullpen.Core.Models;

namespace Bullpen.Core.Simulation;

/// <summary>What a <see cref="Simulator"/> takes as given.</summary>
public sealed record SimulationOptions
{
    /// <summary>How long a request uses its model. Default 5 ms.</summary>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a request waits for its model before it is refused. Default: that of the server.</summary>
    public TimeSpan LoadWait { get; init; } = new ModelManagerOptions().LoadWait;

    /// <summary>The limits of the cache. Default: those of the server.</summary>
    public ModelCacheOptions Cache { get; init; } = new();
}
