using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>
/// Who is in memory, who waits to come in, and how room is made: the part of <see cref="ModelCache"/> that knows bytes,
/// slots and victims. Every member is called under the cache's lock, but for <see cref="IsWanted"/>.
/// </summary>
internal sealed class Room(MemoryBudget budget, EvictionPolicy policy, ModelCacheOptions options, TimeProvider time)
{
    private static readonly TimeSpan QuickReload = TimeSpan.FromMinutes(1);

    private readonly VictimSelector _victims = new(policy, options, time);
    private readonly List<CacheEntry> _queue = [];
    private readonly HashSet<CacheEntry> _inMemory = [];
    private readonly LoadForecast _forecast = new(time);
    private MemoryReservation? _spare;
    private volatile bool _isWanted;

    /// <summary>While loads wait for room, or the budget is overshot: a lease that returns is then worth an <see cref="Advance"/>.</summary>
    internal bool IsWanted => _isWanted;

    /// <summary>The models that hold a reservation, in any state.</summary>
    internal IReadOnlyCollection<CacheEntry> InMemory => _inMemory;

    /// <summary>Leases that were given on models which have left memory since.</summary>
    internal long LeasesOfGone { get; private set; }

    /// <summary>Refuses a load that no return of a lease can make room for: it would hold up those behind it.</summary>
    /// <exception cref="ServingException">It is too large, or kept out by pinned models.</exception>
    internal void RefuseWhatNeverFits(CacheEntry entry)
    {
        if (entry.ExpectedBytes > budget.Total) throw ModelErrors.TooLarge(entry.Definition, entry.ExpectedBytes, budget.Total);
        if (IsKeptOutByPins(entry)) throw ModelErrors.KeptByPins(entry.Definition, entry.ExpectedBytes, Use());
    }

    /// <summary>True where a model and its successor can be in memory at once, whatever else that is not pinned has to go.</summary>
    internal bool HoldsBoth(CacheEntry? current, long successorBytes)
    {
        var pinned = Sum(other => other != current && other.IsPinned && other.State is ModelState.Loading or ModelState.Ready);
        var bytes = (current?.Reservation?.Bytes ?? 0) + successorBytes;
        return bytes <= budget.Total - pinned.Bytes && !(pinned.Count + 2 > options.MaxModels);
    }

    /// <summary>Counts the uses of a model since the last look; nothing where it is not in memory.</summary>
    internal void Count(CacheEntry entry)
    {
        if (entry.Model is not null) _victims.Count(entry);
    }

    /// <summary>What is known of a model now.</summary>
    internal ModelStatus StatusOf(CacheEntry entry)
    {
        Count(entry);
        return entry.Status(time) with { RecentUses = _victims.UsesOf(entry) };
    }

    /// <inheritdoc cref="VictimSelector.Order"/>
    internal List<(CacheEntry Entry, double Worth)> VictimOrder() => _victims.Order(_inMemory);

    /// <summary>What is known of a load before it is asked for: its measure or, without one, <paramref name="bytes"/> and a time of an earlier run.</summary>
    /// <exception cref="ServingException">It failed a moment ago.</exception>
    internal void Expect(CacheEntry entry, long bytes, FileStamp stamp, TimeSpan? loadTime)
    {
        if (entry.Failure is { } failure && failure.Stamp == stamp && failure.TimeLeft(time) is var left && left > TimeSpan.Zero)
            throw failure.ForCaller(left);
        if (!entry.IsMeasured) entry.ExpectedBytes = Guess(bytes, stamp);
        entry.RecalledLoadTime = loadTime;
    }

    /// <summary>The first models that would go, and what each is worth.</summary>
    internal List<(CacheEntry Entry, double Worth)> NextVictims(int limit) => _victims.Order(_inMemory, limit);

    /// <summary>A model that holds a reservation, as a report shows it.</summary>
    internal ResidentModel ResidentOf(CacheEntry entry) =>
        entry.Resident(StatusOf(entry), entry.State == ModelState.Ready ? _victims.WorthOf(entry) : null, options, time);

    /// <summary>Models that wait for room, in the order in which they get it.</summary>
    internal IReadOnlyList<CacheEntry> Queue => _queue;

    /// <summary>The eviction policy's name.</summary>
    internal string PolicyName => policy.Name;

    /// <summary>Who has the memory.</summary>
    internal RoomUse Use()
    {
        var use = new RoomUse(budget.Total, options.MaxModels);
        foreach (var entry in _inMemory) use.Add(entry);
        use.AddSpare(SpareBytes);
        return use;
    }

    /// <summary>What <see cref="Advance"/> would do now with one more load at the end of the queue.</summary>
    internal Rehearsal Rehearse(CacheEntry newcomer)
    {
        // What has the spare room gives way.
        var ledger = budget.Ledger;
        var rehearsal = new Rehearsal(ledger with { Reserved = ledger.Reserved - SpareBytes }, options, time, _inMemory, _victims);
        rehearsal.Play([.. _queue, newcomer]);
        return rehearsal;
    }

    /// <summary>How long a load of the model took before, in this run of the server or an earlier one; null where none did.</summary>
    internal static TimeSpan? MeasuredLoadTime(CacheEntry entry) => entry.Loads > 0 ? entry.LoadTime : entry.RecalledLoadTime;

    /// <summary>The model is to be loaded as soon as there is room.</summary>
    internal void Enqueue(CacheEntry entry)
    {
        entry.State = ModelState.Loading;
        entry.QueuedAt = time.GetTimestamp();
        _queue.Add(entry);
    }

    /// <summary>Starts the load if there is room at once and nobody waits for it.</summary>
    internal bool TryStartNow(CacheEntry entry, CacheStep step)
    {
        if (_queue.Count > 0 || !TryStart(entry, step)) return false;
        entry.State = ModelState.Loading;
        entry.QueuedAt = time.GetTimestamp();
        return true;
    }

    /// <summary>Takes the model out of the queue; false where it is not in there, because its load has begun.</summary>
    internal bool TryDequeue(CacheEntry entry)
    {
        if (!_queue.Remove(entry)) return false;
        entry.State = ModelState.Absent;
        return true;
    }

    /// <summary>A load is done and took that long; its entry knows the bytes.</summary>
    internal void Loaded(CacheEntry entry, TimeSpan loadTime) => _forecast.Took(entry.ExpectedBytes, loadTime);

    /// <summary>What a model waits for that is not ready, and until when.</summary>
    internal LoadProspect Prospect(CacheEntry entry) => Outlook.Of(entry);

    /// <summary>When a model may be ready that is not.</summary>
    internal TimeSpan ReadyIn(CacheEntry entry) => Outlook.ReadyIn(entry);

    /// <summary>The model is gone, or its load failed: its bytes are free.</summary>
    internal void Release(CacheEntry entry)
    {
        LeasesOfGone += entry.Model?.LeasesGiven ?? 0;
        Count(entry);
        entry.Release();
        _inMemory.Remove(entry);
    }

    /// <summary>
    /// The model is to leave: at once or with its last lease where it is ready, after its load where one is under way.
    /// </summary>
    /// <param name="entry">The model.</param>
    /// <param name="reason">Why.</param>
    /// <param name="refusal">What those are told who wait for a later load of it; null: they go on waiting.</param>
    /// <param name="step">What is to be done.</param>
    internal void Leave(CacheEntry entry, LeaveReason reason, Func<ServingException>? refusal, CacheStep step)
    {
        if (entry.State == ModelState.Ready)
        {
            entry.Departure = entry.DepartureNow(reason, policy.Name, time);
            var model = entry.Drain(reason);
            if (!model.Leases.Close()) return;
            entry.State = ModelState.Unloading;
            step.Unloads.Add((entry, model, null));
        }
        else if (TryDequeue(entry))
        {
            step.Refuse(entry, refusal ?? (() => ModelErrors.Gone(entry.Definition)));
        }
        else if (entry.State == ModelState.Loading)
        {
            (entry.LeaveAfterLoad, entry.LeaveReason) = (true, reason);
            entry.WillGo();
        }
        else if (refusal is not null)
        {
            // Who waits for the next load of a model that is leaving: there will be none.
            step.Refuse(entry, refusal);
        }
    }

    /// <summary>Those of the models that were idle for too long leave.</summary>
    internal void Expire(IEnumerable<CacheEntry> entries, CacheStep step)
    {
        foreach (var entry in entries)
        {
            if (!entry.IsExpired(time.GetTimestamp(), options) || !entry.Loaded!.Leases.TryCloseIdle()) continue;
            if (entry.IsExpired(time.GetTimestamp(), options)) Unload(entry, LeaveReason.Expired, null, step);
            else entry.Loaded.Leases.Reopen();
        }
    }

    /// <summary>Starts the loads for which there is room, and makes room for the first that lacks it.</summary>
    internal void Advance(CacheStep step)
    {
        // A lease that comes back after the barrier finds the flag set and asks again; one that came back before it is
        // counted as back below. Without the barrier both could miss each other.
        _isWanted = _queue.Count > 0 || budget.Ledger.Overshoot > 0;
        Interlocked.MemoryBarrier();

        // An overshoot cannot wait until idle models cover all of it: the memory is taken already.
        var ledger = budget.Ledger;
        step.WantsSpare |= ledger.Overshoot > 0 && SpareBytes > 0;
        var overshoot = ledger.Overshoot - ledger.Draining - SpareBytes;
        if (overshoot > 0) overshoot = Math.Min(overshoot, VictimSelector.Idle(_inMemory).Bytes);
        if (overshoot > 0) Evict(overshoot, 0, null, step);

        for (var i = 0; i < _queue.Count;)
        {
            var entry = _queue[i];
            if (TryStart(entry, step)) continue;
            if (i == 0 && MakeFor(entry, step)) break;
            if (i == 0 && IsKeptOutByPins(entry))
            {
                // Pinned since it was asked for: nothing that it could wait for, and it must not hold up those behind it.
                TryDequeue(entry);
                step.Refuse(entry, () => ModelErrors.KeptByPins(entry.Definition, entry.ExpectedBytes, Use()));
                continue;
            }

            if (time.GetElapsedTime(_queue[0].QueuedAt) >= options.PassingLimit) break;
            i++;
        }

        _isWanted = _queue.Count > 0 || budget.Ledger.Overshoot > 0;
    }

    /// <summary>Bytes of the <see cref="SpareRoom"/> that are taken: free as soon as a load lacks them.</summary>
    internal long SpareBytes => _spare?.Bytes ?? 0;

    /// <summary>The whole budget, in bytes.</summary>
    internal long Total => budget.Total;

    /// <inheritdoc cref="SpareRoom.TryTake"/>
    internal bool TryTakeSpare(long bytes)
    {
        // A load that asks for room once cannot wait for spare room to give way.
        if (options.Lifecycle == LifecyclePolicy.External || _spare is not null || _queue.Count > 0 || budget.Ledger.Overshoot > 0) return false;
        _spare = budget.TryReserve(bytes);
        return _spare is not null;
    }

    /// <inheritdoc cref="SpareRoom.Return"/>
    internal void ReturnSpare()
    {
        _spare?.Dispose();
        _spare = null;
    }

    /// <summary>Evicts idle models so that so many bytes will be free; nothing where loads wait for room.</summary>
    internal void MakeFree(long bytes, CacheStep step)
    {
        var ledger = budget.Ledger;
        var missing = bytes - (ledger.Total - ledger.Used) - ledger.Draining;
        if (_queue.Count == 0 && missing > 0) Evict(missing, 0, null, step);
    }

    private LoadOutlook Outlook => new(this, budget, options, _forecast, time);

    private bool TryStart(CacheEntry entry, CacheStep step)
    {
        if (_inMemory.Count >= options.MaxModels) return false;
        if (budget.TryReserve(entry.ExpectedBytes) is not { } reservation) return false;
        entry.Reservation = reservation;
        _inMemory.Add(entry);
        _queue.Remove(entry);
        step.Loads.Add(entry);
        NoteReload(entry, step);
        return true;
    }

    private void NoteReload(CacheEntry entry, CacheStep step)
    {
        if (entry.EvictedAt is not { } evicted) return;
        entry.EvictedAt = null;
        var residency = entry.MinimumResidency(options);
        if (time.GetElapsedTime(evicted) >= (residency > QuickReload ? residency : QuickReload)) return;
        step.Reloads.Add(entry);
    }

    /// <summary>True where room is about to be free: by models being unloaded already, or by victims chosen now.</summary>
    private bool MakeFor(CacheEntry entry, CacheStep step)
    {
        var unloading = Sum(other => other.State == ModelState.Unloading);
        var bytes = entry.ExpectedBytes + budget.Ledger.Used - budget.Total - unloading.Bytes;
        var slots = options.MaxModels is { } limit ? _inMemory.Count + 1 - limit - unloading.Count : 0;
        if (bytes > 0 && SpareBytes > 0)
        {
            // Nothing is evicted for what can wait, and no load waits for it.
            step.WantsSpare = true;
            bytes -= SpareBytes;
        }

        if (bytes <= 0 && slots <= 0) return true;

        // Models that drain are in use, for nobody knows how long, but where they will do no other need go.
        var draining = Sum(other => other.State == ModelState.Draining);
        return (bytes > draining.Bytes || slots > draining.Count) && Evict(bytes, slots, entry, step);
    }

    private bool Evict(long bytes, int slots, CacheEntry? forEntry, CacheStep step)
    {
        var victims = _victims.Close(_inMemory, bytes, slots);
        foreach (var victim in victims) Unload(victim, LeaveReason.Evicted, forEntry, step);
        return victims.Count > 0;
    }

    /// <summary>Ready → Unloading: nobody has a lease, and its counter is closed.</summary>
    private void Unload(CacheEntry entry, LeaveReason reason, CacheEntry? forEntry, CacheStep step)
    {
        if (reason == LeaveReason.Evicted) entry.EvictedAt = time.GetTimestamp();
        entry.Departure = DepartureOf(entry, reason, forEntry);
        var model = entry.Drain(reason);
        entry.State = ModelState.Unloading;
        step.Unloads.Add((entry, model, forEntry?.Definition));
    }

    /// <summary>
    /// An estimate alone refuses nothing: where the file's own size fits the budget, all of the budget may do, and the measure
    /// after the load has the last word.
    /// </summary>
    private long Guess(long estimate, FileStamp stamp) =>
        stamp.Length >= 0 && stamp.Length <= budget.Total ? Math.Min(estimate, budget.Total) : estimate;

    private Departure DepartureOf(CacheEntry entry, LeaveReason reason, CacheEntry? forEntry) => entry.DepartureNow(reason, policy.Name, time) with
    {
        Worth = reason == LeaveReason.Evicted ? _victims.WorthOf(entry) : null,
        For = forEntry?.Definition.Id,
        WorthOfNewcomer = forEntry is { IsMeasured: true } && MeasuredLoadTime(forEntry) is { } loadTime ? _victims.WorthOfNewcomer(forEntry, loadTime) : null,
    };

    private bool IsKeptOutByPins(CacheEntry entry)
    {
        var pinned = Sum(other => other.IsPinned && other.State is ModelState.Loading or ModelState.Ready);
        return entry.ExpectedBytes > budget.Total - pinned.Bytes || pinned.Count >= options.MaxModels;
    }

    private (long Bytes, int Count) Sum(Func<CacheEntry, bool> isCounted)
    {
        var (bytes, count) = (0L, 0);
        foreach (var entry in _inMemory)
        {
            if (!isCounted(entry)) continue;
            bytes += entry.Reservation!.Bytes;
            count++;
        }

        return (bytes, count);
    }
}
