namespace Bullpen.Core.Models;

/// <summary>What the cache knows of one model at one moment.</summary>
public sealed record ModelStatus
{
    /// <summary>The status of a model that nobody asked for yet.</summary>
    public static ModelStatus NeverLoaded { get; } = new();

    /// <summary>Where the model is.</summary>
    public ModelState State { get; init; } = ModelState.Absent;

    /// <summary>Bytes that it takes in the ledger now; 0 where it is not in memory.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that its next load reserves; 0 where it was never asked for.</summary>
    public long ExpectedBytes { get; init; }

    /// <summary>By how much its last load measured more than was reserved for it; 0 as a rule.</summary>
    public long OvershootBytes { get; init; }

    /// <summary>True where <see cref="ExpectedBytes"/> was measured by a load.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Leases that are out.</summary>
    public int InUse { get; init; }

    /// <summary>Time since it was last used, zero while it is in use; null where it is not in memory.</summary>
    public TimeSpan? IdleFor { get; init; }

    /// <summary>Leases given in all.</summary>
    public long Leases { get; init; }

    /// <summary>
    /// Uses, of which each counts half after every half-life (<see cref="ModelCacheOptions.UseHalfLife"/>), whether it is in memory or not.
    /// </summary>
    public double RecentUses { get; init; }

    /// <summary>Loads that succeeded.</summary>
    public long Loads { get; init; }

    /// <summary>How long its last load took.</summary>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>When it was loaded; null where it is not in memory.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>How many requests may run in it at once; 0 where it is not in memory.</summary>
    public int Workers { get; init; }

    /// <summary>True: never evicted, by its manifest or by an operator's word.</summary>
    public bool IsPinned { get; init; }

    /// <summary>What the latest request asked for that asked for anything; null where none did, or it is not in memory.</summary>
    public KeepAlive? KeepAlive { get; init; }

    /// <summary>Why its last load failed, in state Failed; otherwise null.</summary>
    public string? Failure { get; init; }
}
