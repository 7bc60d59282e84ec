using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// What <see cref="ModelCache"/> keeps of one model once it was asked for. Written under the cache's lock only;
/// <see cref="Loaded"/> alone is read without it.
/// </summary>
internal sealed class CacheEntry(ModelDefinition definition)
{
    private volatile LoadedModel? _loaded;

    internal ModelDefinition Definition { get; } = definition;

    internal ModelState State { get; set; } = ModelState.Absent;

    /// <summary>The model while it is Ready: what the fast path takes leases on.</summary>
    internal LoadedModel? Loaded
    {
        get => _loaded;
        set => _loaded = value;
    }

    /// <summary>The model from the end of its load until it is gone, also while it drains.</summary>
    internal LoadedModel? Model { get; set; }

    /// <summary>Callers that wait for the next lease, each able to leave alone.</summary>
    internal List<TaskCompletionSource<ModelLease>> Waiters { get; } = [];

    /// <summary>Bytes to reserve for the next load: measured by an earlier one, or estimated.</summary>
    internal long ExpectedBytes { get; set; }

    /// <summary>True where <see cref="ExpectedBytes"/> was measured.</summary>
    internal bool IsMeasured { get; set; }

    /// <summary>This model's bytes in the ledger, from the start of a load until it is gone.</summary>
    internal MemoryReservation? Reservation { get; set; }

    /// <summary>Timestamp at which it joined the queue for room.</summary>
    internal long QueuedAt { get; set; }

    /// <summary>Set while a load is queued or under way, to have the model unloaded as soon as it is there.</summary>
    internal bool LeaveAfterLoad { get; set; }

    /// <summary>Set while its successor is being loaded: it is evicted only where nothing else will do.</summary>
    internal bool HasCandidate { get; set; }

    /// <summary>Why it leaves, from Draining on.</summary>
    internal LeaveReason LeaveReason { get; set; }

    /// <summary>Timestamp at which it was gone after its latest eviction; null where it never was evicted.</summary>
    internal long? EvictedAt { get; set; }

    /// <summary>Completes when the model that is leaving is gone; null while none is.</summary>
    internal TaskCompletionSource? Gone { get; set; }

    /// <summary>The last load's failure, until a load succeeds.</summary>
    internal LoadFailure? Failure { get; set; }

    /// <summary>Loads that succeeded.</summary>
    internal long Loads { get; set; }

    /// <summary>How long the last successful load took.</summary>
    internal TimeSpan LoadTime { get; set; }

    /// <summary>Leases given before the present load.</summary>
    internal long EarlierLeases { get; set; }

    /// <summary>How often it is used; outlives its evictions.</summary>
    internal UseStatistics Uses { get; } = new();

    /// <summary>What <see cref="VictimSelector.Count"/> last saw: as long as it sees the same, nothing has to be counted.</summary>
    internal (LoadedModel Model, long Leases, long LastUsed, bool InUse) Counted { get; set; }

    /// <summary>What it is worth to the eviction policy; null where that has to be reckoned anew.</summary>
    internal double? Worth { get; set; }

    /// <summary>Ready → Draining: no new lease is given. The model, which its owner closes.</summary>
    internal LoadedModel Drain(LeaveReason reason)
    {
        var model = Loaded!;
        State = ModelState.Draining;
        LeaveReason = reason;
        LeaveAfterLoad = false;
        Loaded = null;
        Reservation!.Drain();
        WillGo();
        return model;
    }

    /// <summary>From here on there is somebody who may wait for it to be gone.</summary>
    internal void WillGo() => Gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives its bytes back to the ledger, and forgets the model that held them.</summary>
    internal void Release()
    {
        Reservation!.Dispose();
        Reservation = null;
        EarlierLeases += Model?.LeasesGiven ?? 0;
        Model = null;
        LeaveAfterLoad = false;
    }

    /// <summary>What is known of it now.</summary>
    internal ModelStatus Status(TimeProvider time) => new()
    {
        State = State,
        Bytes = Reservation?.Bytes ?? 0,
        ExpectedBytes = ExpectedBytes,
        IsMeasured = IsMeasured,
        InUse = Model?.Leases.Count ?? 0,
        IdleFor = Model?.IdleFor(time.GetTimestamp()),
        Leases = EarlierLeases + (Model?.LeasesGiven ?? 0),
        Loads = Loads,
        LoadTime = Loads > 0 ? LoadTime : null,
        LoadedAt = Model is { } loaded ? time.GetUtcNow() - time.GetElapsedTime(loaded.LoadedAt) : null,
        Workers = Model?.Scheduler.Workers ?? 0,
        Failure = State == ModelState.Failed ? Failure!.Error.Message : null,
    };
}
