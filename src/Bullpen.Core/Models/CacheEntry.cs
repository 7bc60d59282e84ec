using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// What <see cref="ModelCache"/> keeps of one model once it was asked for. Written under the cache's lock only;
/// <see cref="Loaded"/> alone is read without it.
/// </summary>
internal sealed class CacheEntry(ModelDefinition definition)
{
    private volatile LoadedModel? _loaded;
    private long _loadingSince;

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

    /// <summary>How long its load took in an earlier run of the server, or null.</summary>
    internal TimeSpan? RecalledLoadTime { get; set; }

    /// <summary>Timestamp at which the load under way had its turn; null while none has. Written without the lock, by the load's thread.</summary>
    internal long? LoadingSince
    {
        get => Volatile.Read(ref _loadingSince) is var since && since == 0 ? null : since;
        set => Volatile.Write(ref _loadingSince, value ?? 0);
    }

    /// <summary>True where the form that was measured maps its weights.</summary>
    internal bool IsMapped { get; private set; }

    /// <summary>This model's bytes in the ledger, from the start of a load until it is gone.</summary>
    internal MemoryReservation? Reservation { get; set; }

    /// <summary>Timestamp at which it joined the queue for room.</summary>
    internal long QueuedAt { get; set; }

    /// <summary>Set while a load is queued or under way, to have the model unloaded as soon as it is there.</summary>
    internal bool LeaveAfterLoad { get; set; }

    /// <summary>Set while its successor is being loaded: it is evicted only where nothing else will do.</summary>
    internal bool HasCandidate { get; set; }

    /// <summary>Set where an operator pinned or unpinned it while the server runs; null: as its manifest says.</summary>
    internal bool? PinOverride { get; set; }

    /// <summary>True: never evicted, never unloaded for being idle.</summary>
    internal bool IsPinned => PinOverride ?? Definition.Manifest.Pin;

    /// <summary>Whose word it is that it is pinned, or is not.</summary>
    internal PinSource PinSource => PinOverride is not null ? PinSource.Operator : Definition.Manifest.Pin ? PinSource.Manifest : PinSource.None;

    /// <summary>Why it leaves, from Draining on.</summary>
    internal LeaveReason LeaveReason { get; set; }

    /// <summary>Completes when the model that is leaving is gone; null while none is.</summary>
    internal TaskCompletionSource<ModelReturn>? Gone { get; set; }

    /// <summary>The last load's failure, until a load succeeds.</summary>
    internal LoadFailure? Failure { get; set; }

    /// <summary>The last load that succeeded, or null.</summary>
    internal LastLoad? LastLoad { get; private set; }

    /// <summary>Why it left memory last, until it leaves again; null where it never did.</summary>
    internal Departure? Departure { get; set; }

    /// <summary>Timestamp at which the last of its waiters gave up before its load began; null where none of them did.</summary>
    internal long? GivenUpAt { get; set; }

    /// <summary>Loads that succeeded.</summary>
    internal long Loads { get; set; }

    /// <summary>How long the last successful load took.</summary>
    internal TimeSpan LoadTime { get; set; }

    /// <summary>By how much its last load measured more than was reserved for it, in bytes.</summary>
    internal long Overshoot { get; private set; }

    /// <summary>Timestamp of its last eviction, until its next load has room.</summary>
    internal long? EvictedAt { get; set; }

    /// <summary>Leases given before the present load.</summary>
    internal long EarlierLeases { get; set; }

    /// <summary>How often it is used; outlives its evictions.</summary>
    internal UseStatistics Uses { get; } = new();

    /// <summary>What <see cref="VictimSelector.Count"/> last saw: as long as it sees the same, nothing has to be counted.</summary>
    internal (LoadedModel Model, long Leases, long LastUsed, bool InUse) Counted { get; set; }

    /// <summary>What it is worth to the eviction policy; null where that has to be reckoned anew.</summary>
    internal double? Worth { get; set; }

    /// <summary>What decides of its eviction before its worth does.</summary>
    internal EvictionRank Rank(long now, ModelCacheOptions options, TimeProvider time) => new(
        HasCandidate,
        Definition.Manifest.Priority,
        time.GetElapsedTime(Loaded!.LoadedAt, now) < MinimumResidency(options) || IsKeptAlive(Loaded, now));

    /// <summary>For how long after a load it is evicted only where nothing else of its priority is left.</summary>
    internal TimeSpan MinimumResidency(ModelCacheOptions options) => Definition.Manifest.MinResidency ?? options.MinimumResidency;

    /// <summary>True where it has been idle for as long as a request, its manifest or the options allow, in this order.</summary>
    internal bool IsExpired(long now, ModelCacheOptions options)
    {
        if (options.Lifecycle == LifecyclePolicy.External || State != ModelState.Ready || IsPinned || HasCandidate || Loaded!.Leases.Count > 0) return false;
        var limit = Loaded.KeepAlive?.Time ?? Definition.Manifest.IdleTtl ?? options.IdleTtl;
        return limit is { } idle && idle != Timeout.InfiniteTimeSpan && Loaded.IdleFor(now) >= idle;
    }

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

    /// <summary>Loading → Ready, with what the load measured and how long it took.</summary>
    internal void BecomeReady(LoadedModel model, long bytes, TimeSpan loadTime)
    {
        // Without a measure what was reserved stands: measured by an earlier load, or what the estimate may take of the budget.
        var isMeasured = model.Session.Footprint.IsMeasured;
        if (isMeasured) (ExpectedBytes, IsMapped) = (bytes, model.Session.Footprint.MappedBytes > 0);
        IsMeasured |= isMeasured;
        Overshoot = Math.Max(0, ExpectedBytes - Reservation!.Bytes);
        Reservation.Commit(ExpectedBytes);
        (Failure, GivenUpAt) = (null, null);
        Loads++;
        LoadTime = loadTime;
        LastLoad = new LastLoad(model.LoadedAt, loadTime, ExpectedBytes, isMeasured);
        LoadingSince = null;
        State = ModelState.Ready;
        Model = model;
        (model.Bytes, model.LoadTime) = (ExpectedBytes, loadTime);
        Loaded = model;
    }

    /// <summary>What is to be remembered of its leaving now.</summary>
    internal Departure DepartureNow(LeaveReason reason, string policy, TimeProvider time) =>
        new(reason, time.GetUtcNow()) { Bytes = Reservation!.Bytes, Policy = policy };

    /// <summary>Takes the place of a predecessor: what an operator said of that, and how it left memory, is remembered.</summary>
    internal void Inherit(CacheEntry predecessor, string policy, TimeProvider time)
    {
        PinOverride ??= predecessor.PinOverride;
        Departure ??= predecessor.State == ModelState.Ready ? predecessor.DepartureNow(LeaveReason.Replaced, policy, time) : predecessor.Departure;
    }

    /// <summary>From here on there is somebody who may wait for it to be gone.</summary>
    internal void WillGo() => Gone ??= new TaskCompletionSource<ModelReturn>(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives its bytes back to the ledger, and forgets the model that held them.</summary>
    internal void Release()
    {
        Reservation!.Dispose();
        Reservation = null;
        LoadingSince = null;
        EarlierLeases += Model?.LeasesGiven ?? 0;
        Model = null;
        LeaveAfterLoad = false;
        // What was counted last names the model, and would keep it and its session alive.
        (Counted, Worth) = (default, null);
    }

    /// <summary>An entry for a load of these bytes that is only thought of, at this timestamp: what is known of the model, and nothing of where it is.</summary>
    internal CacheEntry Newcomer(long bytes, long now) =>
        new(Definition) { PinOverride = PinOverride, ExpectedBytes = bytes, IsMeasured = IsMeasured, Failure = Failure, QueuedAt = now };

    /// <summary>Its part in what the cache did.</summary>
    internal ModelShare Share => new(Definition, EarlierLeases + (Model?.LeasesGiven ?? 0), Reservation?.Bytes ?? 0);

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
        IsPinned = IsPinned,
        OvershootBytes = Overshoot,
        KeepAlive = Model?.KeepAlive,
        Failure = State == ModelState.Failed ? Failure!.Error.Message : null,
    };

    /// <summary>A model that holds a reservation, as a report shows it.</summary>
    internal ResidentModel Resident(ModelStatus status, double? worth, ModelCacheOptions options, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var lastUsed = status.IdleFor is { } idle ? now - idle : (DateTimeOffset?)null;
        return new ResidentModel(Definition, status)
        {
            Footprint = Model?.Session.Footprint,
            Worth = worth,
            LastUsed = lastUsed,
            LeasesSinceLoad = Model?.LeasesGiven ?? 0,
            Pin = PinSource,
            YoungUntil = status.LoadedAt + MinimumResidency(options) is { } young && young > now ? young : null,
            KeptUntil = status.KeepAlive is { } wish && wish != KeepAlive.Forever ? lastUsed + wish.Time : null,
        };
    }

    private static bool IsKeptAlive(LoadedModel model, long now) =>
        model.KeepAlive is { } asked && (asked == KeepAlive.Forever || model.IdleFor(now) < asked.Time);
}
