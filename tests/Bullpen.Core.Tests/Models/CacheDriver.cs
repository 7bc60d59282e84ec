using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>
/// Plays every thread around a <see cref="ModelCache"/> on one thread: what a thread would do next waits in a list, and
/// the commands say which goes first. After each call of the cache it checks what must always hold.
/// </summary>
internal sealed class CacheDriver
{
    internal const long Total = 100;

    private readonly ManualTimeProvider _time = new();
    private readonly ExecutionGate _gate = new(width: 1);
    private readonly ModelCacheOptions _options;
    private readonly DriverCatalog _catalog;
    private readonly List<Action> _next = [];
    private readonly List<CacheEntry> _loads = [];
    private readonly List<(CacheEntry Entry, LoadedModel Model)> _unloads = [];
    private readonly List<CacheClient> _clients = [];
    private readonly List<CacheClient> _waiting = [];
    private readonly List<ModelLease> _held = [];
    private readonly List<ModelLease> _granted = [];
    private readonly List<Task> _gone = [];
    private readonly List<Succession> _successions = [];
    private readonly CacheInspector _inspector;
    private bool _isClosed;

    internal CacheDriver(int? maxModels, TimeSpan minimumResidency, EvictionPolicy policy)
    {
        _options = new ModelCacheOptions
        {
            MaxModels = maxModels,
            MinimumResidency = minimumResidency,
            MaxWaiters = 4,
            IdleTtl = maxModels == 1 || minimumResidency > TimeSpan.Zero ? TimeSpan.FromSeconds(1) : null,
        };
        _catalog = new DriverCatalog(definition => _inspector!.Watch(definition));
        Cache = new ModelCache(new MemoryBudget(Total), policy, _options, _catalog.Has, _time);
        _inspector = new CacheInspector(
            Cache,
            _options,
            model => _held.Concat(_granted).Any(lease => lease.Model == model),
            definition => _successions.Any(succession => succession.Incumbent == definition));
        for (var name = 0; name < DriverCatalog.Count; name++) _catalog.Register(name);
    }

    internal ModelCache Cache { get; }

    /// <summary>Leases granted so far: a test that never grants one has tested nothing.</summary>
    internal int Grants { get; private set; }

    /// <summary>Models evicted so far.</summary>
    internal int Evictions { get; private set; }

    /// <summary>Models unloaded for being idle so far.</summary>
    internal int Expirations { get; private set; }

    /// <summary>Models preloaded so far.</summary>
    internal int Preloads { get; private set; }

    /// <summary>Successors that took over so far.</summary>
    internal int Successors { get; private set; }

    /// <summary>Does what <paramref name="op"/> stands for to the item that <paramref name="which"/> picks, then checks.</summary>
    internal void Play(byte op, byte which)
    {
        switch (op % 40)
        {
            case < 7: Ask(which % DriverCatalog.Count, _catalog[which % DriverCatalog.Count]); break;
            case < 12: Pick(_next, which)?.Invoke(); break;
            case < 16: Pick(_held, which)?.Dispose(); break;
            case < 19: FinishLoad(which); break;
            case < 21: FailLoad(which); break;
            case < 24: FinishUnload(which); break;
            case < 26: GiveUp(which); break;
            case 26: Unload(_catalog[which % DriverCatalog.Count]); break;
            case 27: Unregister(which % DriverCatalog.Count); break;
            case 28: _catalog.Register(which % DriverCatalog.Count); break;
            case < 31: _time.Advance(TimeSpan.FromMilliseconds(which * 20)); break;
            case 31 when which > 250: Close(); break;
            case 31 when which < 120: Prepare(which % DriverCatalog.Count); break;
            case 31: Decide(which); break;
            case 32: Pin(which % DriverCatalog.Count, (which / DriverCatalog.Count % 3) switch { 0 => null, 1 => true, _ => false }); break;
            case < 36 when _held.Count > 0: Wish(_held[which % _held.Count].Model, (which % 4) - 1); break;
            case < 38: Expire(); break;
            case 38: Preload(which % DriverCatalog.Count); break;
            case 39: _time.Advance(TimeSpan.FromMilliseconds(which * 20)); break;
        }

        _inspector.AfterCall();
    }

    /// <summary>Lets everybody finish, then closes the cache and lets everybody finish again.</summary>
    internal void Quiesce()
    {
        while (_successions.Count > 0) Decide(0);
        Settle();
        while (!_isClosed && _waiting.Count > 0)
        {
            // All leases are back and nothing is under way: who waits now waits for ever, or for room that pinned models keep.
            // Who waits for what is pinned since is refused by the next step of any kind.
            var hopeless = _waiting.Where(client => _inspector.IsKeptOutByPins(client.Definition)).ToList();
            hopeless.ShouldNotBeEmpty("nobody told the cache that there is room");
            Do(Cache.Advance());
            Settle();
            hopeless.ShouldAllBe(client => client.Waiter.Task.IsCompleted, "who can never be served is told");
        }

        _inspector.AtRest();
        Close();
        Settle();
        _clients.ShouldAllBe(client => client.Waiter.Task.IsCompleted, "every caller is answered");
        _gone.ShouldAllBe(gone => gone.IsCompletedSuccessfully, "who waits for a model to go is told");
        Cache.Budget.Ledger.ShouldBe(new MemoryLedger(Total, 0, 0, 0));
        Cache.Residents().ShouldBeEmpty();
    }

    /// <summary>Lets everything that is under way end, and all leases come back.</summary>
    internal void Settle()
    {
        while (_next.Count + _loads.Count + _unloads.Count + _held.Count > 0)
        {
            while (Pick(_next, 0) is { } action) action();
            Pick(_held, 0)?.Dispose();
            FinishLoad(3);
            FinishUnload(0);
        }
    }

    private void Ask(int name, ModelDefinition definition)
    {
        if (Cache.TryLease(definition) is { } ready)
        {
            Hold(ready);
            return;
        }

        var client = new CacheClient(definition);
        try
        {
            if (Cache.Request(definition, 10 + (name * 10), default, client.Waiter) is { } lease)
            {
                Hold(lease);
                return;
            }
        }
        catch (ServingException e)
        {
            e.Kind.ShouldBeOneOf(_isClosed ? [ServingErrorKind.ShuttingDown] : _catalog.Has(definition) || _successions.Any(s => s.Successor == definition)
                ? [ServingErrorKind.ModelLoadFailed, ServingErrorKind.ModelTooLarge, ServingErrorKind.Overloaded]
                : [ServingErrorKind.ModelNotFound]);
            return;
        }

        _clients.Add(client);
        _waiting.Add(client);
        _next.Add(() => Do(Cache.Advance(), hasAdvanced: true));
    }

    /// <summary>Plans a load and then asks for it: the plan must be what happens, and must have changed nothing. Null: nothing could be compared.</summary>
    internal PlanOutcome? Foresee(byte which)
    {
        var (name, definition) = (which % DriverCatalog.Count, _catalog[which % DriverCatalog.Count]);
        if (_isClosed || !_catalog.Has(definition)) return null;
        var (ledger, victims) = (Cache.Budget.Ledger, Cache.VictimOrder());
        var plan = Cache.Explain(definition, Cache.MeasuredBytes(definition, isMapped: false) ?? 10 + (name * 10), false, null, default).Plan;
        Cache.Budget.Ledger.ShouldBe(ledger);
        Cache.VictimOrder().ShouldBe(victims);

        var client = new CacheClient(definition);
        try
        {
            if (Cache.Request(definition, 10 + (name * 10), default, client.Waiter) is { } lease)
            {
                plan.Outcome.ShouldBe(PlanOutcome.Ready);
                Hold(lease);
                return plan.Outcome;
            }
        }
        catch (ServingException e)
        {
            if (e.Kind == ServingErrorKind.Overloaded) return null;
            plan.Outcome.ShouldBeOneOf(PlanOutcome.TooLarge, PlanOutcome.KeptOutByPins, PlanOutcome.FailedRecently);
            plan.Refusal.ShouldNotBeNull().Kind.ShouldBe(e.Kind);
            return plan.Outcome;
        }

        _clients.Add(client);
        _waiting.Add(client);
        var step = Cache.Advance();
        if (plan.Outcome is not (PlanOutcome.UnderWay or PlanOutcome.Leaving)) PlanComparison.Check(plan, step, client);
        Do(step);
        _inspector.AfterCall();
        return plan.Outcome;
    }

    private void GiveUp(byte which)
    {
        if (Pick(_waiting, which) is { } client) GiveUp(client);
    }

    private void GiveUp(CacheClient client)
    {
        _waiting.Remove(client);
        _next.Add(() =>
        {
            Do(Cache.Abandon(client.Definition, client.Waiter));
            _next.Add(() => client.Waiter.TrySetCanceled());
        });
    }

    private void FinishLoad(byte which)
    {
        if (Pick(_loads, which) is not { } entry) return;
        var reserved = entry.Reservation!.Bytes;
        var measured = Math.Clamp(reserved + ((which % 8) - 3) * 5, 0, Total);
        var session = new CacheDriverSession(measured);
        var scheduler = new ModelScheduler("m", session, _gate, new SchedulerOptions(1, 1));
        var model = new LoadedModel(entry.Definition, session, scheduler, _time, OnReleased);
        Do(Cache.Loaded(entry, model, TimeSpan.FromSeconds(1)), growth: Math.Max(0, measured - reserved), hasAdvanced: true);
    }

    private void FailLoad(byte which)
    {
        if (Pick(_loads, which) is not { } entry) return;
        Do(Cache.Failed(entry, new ServingException(ServingErrorKind.ModelLoadFailed, "broken"), default), hasAdvanced: true);
    }

    private void FinishUnload(byte which)
    {
        if (_unloads.Count == 0) return;
        var (entry, model) = _unloads[which % _unloads.Count];
        _unloads.RemoveAt(which % _unloads.Count);
        _held.Concat(_granted).Any(lease => lease.Model == model).ShouldBeFalse("a model is disposed while a lease is out");
        model.Session.Dispose();
        Do(Cache.Unloaded(entry), hasAdvanced: true);
    }

    private void Unload(ModelDefinition definition)
    {
        Do(Cache.Leave(definition, LeaveReason.Requested, out var gone));
        if (gone is not null) _gone.Add(gone);
    }

    /// <summary>Asks for a successor that is not registered yet.</summary>
    private void Prepare(int name)
    {
        var (incumbent, successor) = (_catalog[name], _catalog.Define(name));
        if (!Cache.TryAdmitCandidate(successor, incumbent, 10 + (name * 10))) return;
        _successions.Add(new Succession(name, incumbent, successor));
        Ask(name, successor);
    }

    /// <summary>The successor takes over where its time has come and the incumbent is still registered; otherwise it goes.</summary>
    private void Decide(byte which)
    {
        if (Pick(_successions, which) is not { } succession) return;
        var (name, incumbent, successor) = succession;
        if (which % 4 > 0 && _catalog.TryReplace(name, incumbent, successor))
        {
            _next.Add(() => Unload(incumbent));
            Successors++;
        }

        Do(Cache.CandidateDecided(successor, incumbent));
    }

    private void Unregister(int name)
    {
        var definition = _catalog[name];
        if (_catalog.Unregister(definition)) _next.Add(() => Unload(definition));
    }

    private void Close()
    {
        _isClosed = true;
        Do(Cache.Close(out var gone));
        _gone.AddRange(gone);
    }

    private void OnReleased(LoadedModel model, LeaseCounter.Released left) => _next.Add(() =>
    {
        if (left == LeaseCounter.Released.Drained) Do(Cache.Drained(model));
        else if (model.KeepAlive is { Time.Ticks: 0 }) Expire(model);
        else if (Cache.WantsRoom) Do(Cache.Advance());
    });

    private void Pin(int name, bool? isPinned)
    {
        var definition = _catalog[name];
        try
        {
            Do(Cache.Pin(definition, isPinned));
        }
        catch (ServingException e)
        {
            e.Kind.ShouldBe(_isClosed ? ServingErrorKind.ShuttingDown : ServingErrorKind.ModelNotFound);
            (_isClosed || !_catalog.Has(definition)).ShouldBeTrue();
        }
    }

    /// <summary>What the holder of a lease may ask: for ever, zero, or some seconds.</summary>
    private static void Wish(LoadedModel model, int seconds) => model.KeepAlive = new KeepAlive(
        seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds));

    private void Expire(LoadedModel? model = null)
    {
        var step = Cache.Expire(model);
        Expirations += step.Unloads.Count(unload => unload.Entry.LeaveReason == LeaveReason.Expired);
        _inspector.Expired(step);
        Do(step, hasAdvanced: true);
    }

    private void Preload(int name)
    {
        var client = new CacheClient(_catalog[name]);
        try
        {
            var before = Cache.Residents().Count(resident => resident.Status.State == ModelState.Ready);
            if (Cache.Preload(client.Definition, 10 + (name * 10), default, client.Waiter, null) is not { } step) return;
            step.Unloads.ShouldBeEmpty("a preload evicts");
            Cache.Residents().Count(resident => resident.Status.State == ModelState.Ready).ShouldBe(before);
            if (step.Loads.Count > 0)
            {
                Preloads++;
                _clients.Add(client);
                _waiting.Add(client);
            }

            Do(step);
        }
        catch (ServingException e)
        {
            e.Kind.ShouldBeOneOf(ServingErrorKind.ShuttingDown, ServingErrorKind.ModelNotFound, ServingErrorKind.ModelLoadFailed);
        }
    }

    private void Hold(ModelLease lease)
    {
        ((CacheDriverSession)lease.Model.Session).IsDisposed.ShouldBeFalse("a lease was given on a model that is gone");
        Grants++;
        _held.Add(lease);
    }

    private void Do(CacheStep step, long growth = 0, bool hasAdvanced = false)
    {
        _inspector.Decided(step);
        _inspector.AfterCall(growth);
        if (hasAdvanced) _inspector.NobodyWaitsWhileThereIsRoom();
        _loads.AddRange(step.Loads);
        _loads.Distinct().Count().ShouldBe(_loads.Count, "two loads of one model");
        _unloads.AddRange(step.Unloads.Select(unload => (unload.Entry, unload.Model)));
        Evictions += step.Unloads.Count(unload => unload.Entry.LeaveReason == LeaveReason.Evicted);
        foreach (var (waiter, lease) in step.Grants)
        {
            _granted.Add(lease);
            _next.Add(() =>
            {
                _granted.Remove(lease);
                _waiting.RemoveAll(client => client.Waiter == waiter);
                if (waiter.TrySetResult(lease)) Hold(lease);
                else lease.Dispose();
            });
        }

        foreach (var (waiter, error) in step.Refusals)
        {
            _next.Add(() =>
            {
                _waiting.RemoveAll(client => client.Waiter == waiter);
                waiter.TrySetException(error);
            });
        }
    }

    private sealed record Succession(int Name, ModelDefinition Incumbent, ModelDefinition Successor);

    private static T? Pick<T>(List<T> items, byte which)
        where T : class
    {
        if (items.Count == 0) return null;
        var item = items[which % items.Count];
        items.Remove(item);
        return item;
    }
}
