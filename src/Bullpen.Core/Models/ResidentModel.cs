using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Models;

/// <summary>A model that has memory reserved, as a <see cref="CacheReport"/> shows it.</summary>
/// <param name="Definition">The model.</param>
/// <param name="Status">What is known of it.</param>
public sealed record ResidentModel(ModelDefinition Definition, ModelStatus Status)
{
    /// <summary>What its load measured or estimated, apart from what it is charged with; null while it is being loaded.</summary>
    public ModelFootprint? Footprint { get; init; }

    /// <summary>What it is worth to the policy; null where it is not ready.</summary>
    public double? Worth { get; init; }

    /// <summary>When it was last used, or loaded; now while it is in use; null while it is being loaded.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Leases given since its load.</summary>
    public long LeasesSinceLoad { get; init; }

    /// <summary>Whose word it is that it is pinned, or is not.</summary>
    public PinSource Pin { get; init; }

    /// <summary>Until when it is evicted only where nothing older of its priority is left; null where that is over.</summary>
    public DateTimeOffset? YoungUntil { get; init; }

    /// <summary>Until when it is kept as a request wished, if it is not used again; null where nobody did, or for ever.</summary>
    public DateTimeOffset? KeptUntil { get; init; }
}
