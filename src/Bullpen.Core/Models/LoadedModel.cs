using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Models;

/// <summary>A model in memory: its session, its scheduler, and who is using it. Reached only through a <see cref="ModelLease"/>.</summary>
public sealed class LoadedModel
{
    private const long Unasked = long.MinValue;

    private readonly Action<LoadedModel, LeaseCounter.Released> _released;
    private readonly TimeProvider _time;
    private readonly BatchLimit _batch;
    private readonly bool _canBatch;
    private long _lastUsed;
    private long _leasesGiven;
    private long _keepAlive = Unasked;

    internal LoadedModel(
        ModelDefinition definition,
        IModelSession session,
        ModelScheduler scheduler,
        TimeProvider time,
        Action<LoadedModel, LeaseCounter.Released> released,
        BatchLimit? batch = null)
    {
        Definition = definition;
        Description = new ModelDescription(definition, session.Signature);
        Session = session;
        Scheduler = scheduler;
        _time = time;
        _released = released;
        _batch = batch ?? new BatchLimit(0);
        _canBatch = Description.BatchObstacle is null;
        LoadedAt = time.GetTimestamp();
        _lastUsed = LoadedAt;
    }

    /// <summary>Which model this is.</summary>
    public ModelDefinition Definition { get; }

    /// <summary>The definition together with what the model's file says.</summary>
    public ModelDescription Description { get; }

    /// <summary>The runtime's side of it.</summary>
    public IModelSession Session { get; }

    /// <summary>Through which requests run.</summary>
    public ModelScheduler Scheduler { get; }

    /// <summary>
    /// How many rows a request may have, at least 1; 0: as many as it likes. What was asked for the model's earlier files has no
    /// meaning where these have no rows to count.
    /// </summary>
    public int MaxBatchSize => _canBatch ? _batch.Rows : 0;

    /// <summary>Timestamp of the end of the load.</summary>
    internal long LoadedAt { get; }

    /// <summary>Time since the latest return of a lease, or since the load; zero while a lease is out.</summary>
    internal TimeSpan IdleFor(long now) => Leases.Count > 0 ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _lastUsed), now);

    /// <summary>Timestamp of the latest return of a lease, or of the end of the load.</summary>
    internal long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>What its load took of the ledger, in bytes; written before anybody can lease it.</summary>
    internal long Bytes { get; set; }

    /// <summary>How long its load took; written before anybody can lease it.</summary>
    internal TimeSpan LoadTime { get; set; }

    /// <summary>Leases given since the load.</summary>
    internal long LeasesGiven => Volatile.Read(ref _leasesGiven);

    internal LeaseCounter Leases { get; } = new();

    /// <summary>Those of the leases that clients hold between requests.</summary>
    internal ClientHolds Holds { get; } = new();

    /// <summary>What the latest request asked for that asked for anything, or null. Set by whoever holds a lease.</summary>
    public KeepAlive? KeepAlive
    {
        get => Volatile.Read(ref _keepAlive) is var ticks && ticks == Unasked ? null : new KeepAlive(TimeSpan.FromTicks(ticks));
        internal set => Volatile.Write(ref _keepAlive, value?.Time.Ticks ?? Unasked);
    }

    /// <summary>A lease, or null where the model is on its way out.</summary>
    internal ModelLease? TryLease()
    {
        if (!Leases.TryAcquire()) return null;
        Interlocked.Increment(ref _leasesGiven);
        return new ModelLease(this);
    }

    internal void Return()
    {
        Volatile.Write(ref _lastUsed, _time.GetTimestamp());
        var left = Leases.Release();
        if (left != LeaseCounter.Released.InUse) _released(this, left);
    }
}
