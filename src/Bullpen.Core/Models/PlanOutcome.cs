namespace Bullpen.Core.Models;

/// <summary>What a request for the model would set off at this moment.</summary>
public enum PlanOutcome
{
    /// <summary>Nothing is to be done: it is in memory.</summary>
    Ready,

    /// <summary>It is queued or being loaded already.</summary>
    UnderWay,

    /// <summary>It is leaving memory, and would be loaded again after that.</summary>
    Leaving,

    /// <summary>It begins at once: there is room.</summary>
    Fits,

    /// <summary>It begins when the models named are evicted.</summary>
    Evicts,

    /// <summary>It begins when models that are being unloaded already are gone.</summary>
    FitsSoon,

    /// <summary>It waits: for models in use, or behind other loads.</summary>
    Waits,

    /// <summary>It is refused: larger than the whole budget.</summary>
    TooLarge,

    /// <summary>It is refused: pinned models leave no room.</summary>
    KeptOutByPins,

    /// <summary>It is refused: its last load failed a moment ago.</summary>
    FailedRecently,
}
