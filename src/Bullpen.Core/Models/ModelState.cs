namespace Bullpen.Core.Models;

/// <summary>
/// Where a model is between not loaded and loaded. The legal transitions, all made by <see cref="ModelCache"/>:
/// Absent → Loading → Ready → Draining → Unloading → Absent; Loading → Absent (given up before it began);
/// Loading → Failed → Loading. A draining model is never revived: who asks for it waits for its next load.
/// </summary>
public enum ModelState
{
    /// <summary>Not in memory.</summary>
    Absent,

    /// <summary>Waiting for room, or being loaded.</summary>
    Loading,

    /// <summary>In memory; leases are given out.</summary>
    Ready,

    /// <summary>In memory until the last lease is returned; no new lease is given out.</summary>
    Draining,

    /// <summary>Its memory is being given back.</summary>
    Unloading,

    /// <summary>The last load failed; the reason is known, and when it may be tried again.</summary>
    Failed,
}
