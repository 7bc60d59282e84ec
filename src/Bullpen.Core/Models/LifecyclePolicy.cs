namespace Bullpen.Core.Models;

/// <summary>Who decides which models are in memory.</summary>
public enum LifecyclePolicy
{
    /// <summary>The cache: requests load what they need, and what is worth least makes room.</summary>
    Managed,

    /// <summary>
    /// A platform outside, as SageMaker does: a model is loaded when the platform says so, into room that is free at that moment,
    /// and leaves when the platform says so. Nothing is loaded or evicted unasked, and nothing waits for room.
    /// </summary>
    External,
}
