using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Models;

/// <summary>The limits of a <see cref="ModelCache"/> beside its memory budget.</summary>
public sealed record ModelCacheOptions
{
    /// <summary>How many models may be in memory at once, in any state; null: as many as the memory budget holds. At least 1.</summary>
    public int? MaxModels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(value));
            field = value;
        }
    }

    /// <summary>Who decides which models are in memory. Default: the cache.</summary>
    public LifecyclePolicy Lifecycle { get; init; }

    /// <summary>How many callers may wait for one model that is not ready. Default 1,000.</summary>
    public int MaxWaiters
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1000;

    /// <summary>Time without use after which a model is unloaded, where its manifest and its requests do not say; null: never. Default null.</summary>
    public TimeSpan? IdleTtl { get; init; }

    /// <summary>
    /// A model in memory for less than this, where its manifest does not say otherwise, is evicted only where no older one of its priority is left. Default zero: the policy's order
    /// alone decides, as users of a plain LRU expect.
    /// </summary>
    public TimeSpan MinimumResidency { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// After this time a use counts half of a new one, where the eviction policy counts uses. Default 45 min
    /// (docs/decisions/eviction-by-worth.md). More than zero.
    /// </summary>
    public TimeSpan UseHalfLife
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(45);

    /// <summary>
    /// Whether the files that models map count against the budget. Default true. Without, the budget holds private memory
    /// alone, and what the kernel does with mapped pages under pressure is the operator's business: runs get slow, nothing is refused.
    /// </summary>
    public bool ChargeMapped { get; init; } = true;

    /// <summary>The bytes that a model takes in the budget.</summary>
    internal long Charge(ModelFootprint footprint) => ChargeMapped ? footprint.Bytes : footprint.PrivateBytes;

    /// <summary>The delay before a failed load may be tried again; doubled by each further failure. Default 1 s.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such delay. Default 60 s.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// While the load at the head of the queue waits for models in use, later ones that fit into free room may pass it,
    /// until it has waited this long: then it is next. Default 5 s.
    /// </summary>
    public TimeSpan PassingLimit { get; init; } = TimeSpan.FromSeconds(5);
}
