namespace Bullpen.Core.Models;

/// <summary>By what a model's memory is held; each model counts once, for the first that is true of it.</summary>
public enum RoomHolder
{
    /// <summary>Pinned: nothing but an operator's word makes it go.</summary>
    Pinned,

    /// <summary>Held by clients' leases, at the longest until those end.</summary>
    Leased,

    /// <summary>In use by requests in flight.</summary>
    InUse,

    /// <summary>Being loaded, or reserved for it.</summary>
    Loading,

    /// <summary>On its way out.</summary>
    Leaving,

    /// <summary>A model that is being optimised: free as soon as a load lacks it, and no model in memory.</summary>
    Optimizing,

    /// <summary>Nobody: it may be evicted.</summary>
    Idle,
}
