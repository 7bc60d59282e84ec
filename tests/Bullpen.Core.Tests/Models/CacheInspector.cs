using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Models;

/// <summary>What must hold of a <see cref="ModelCache"/> after every call and of every decision.</summary>
internal sealed class CacheInspector(
    ModelCache cache, ModelCacheOptions options, Func<LoadedModel, bool> isInUse, Func<ModelDefinition, bool> isBeingReplaced)
{
    /// <summary>From each state, those that one call of the cache may lead to (a call may make two transitions at once).</summary>
    private static readonly Dictionary<ModelState, ModelState[]> Legal = new()
    {
        [ModelState.Absent] = [ModelState.Loading],
        [ModelState.Loading] = [ModelState.Ready, ModelState.Failed, ModelState.Absent, ModelState.Draining, ModelState.Unloading],
        [ModelState.Failed] = [ModelState.Loading, ModelState.Absent],
        [ModelState.Ready] = [ModelState.Draining, ModelState.Unloading],
        [ModelState.Draining] = [ModelState.Unloading],
        [ModelState.Unloading] = [ModelState.Absent, ModelState.Loading],
    };

    private readonly Dictionary<ModelDefinition, ModelState> _states = [];
    private long _used;

    internal void Watch(ModelDefinition definition) => _states.Add(definition, ModelState.Absent);

    internal void AfterCall(long growth = 0)
    {
        foreach (var (definition, before) in _states)
        {
            var now = cache.StatusOf(definition).State;
            if (now != before) Legal[before].ShouldContain(now, $"{definition.Id} went from {before} to {now}");
            _states[definition] = now;
        }

        var ledger = cache.Budget.Ledger;
        ledger.Reserved.ShouldBe(BytesIn(ModelState.Loading));
        ledger.Resident.ShouldBe(BytesIn(ModelState.Ready));
        ledger.Draining.ShouldBe(BytesIn(ModelState.Draining, ModelState.Unloading));
        Math.Min(ledger.Reserved, Math.Min(ledger.Resident, ledger.Draining)).ShouldBeGreaterThanOrEqualTo(0);
        ledger.Used.ShouldBeLessThanOrEqualTo(Math.Max(ledger.Total, _used + growth), "only a measurement may overshoot");
        _used = ledger.Used;
        cache.Residents().Count.ShouldBeLessThanOrEqualTo(options.MaxModels ?? int.MaxValue);
    }

    internal void Decided(CacheStep step)
    {
        step.Loads.All(entry => entry.Waiters.Count > 0).ShouldBeTrue("a load begins for nobody");
        if (step.Loads.Count > 0) cache.Budget.Ledger.Overshoot.ShouldBe(0, "a load begins while the budget is overshot");

        var victims = step.Unloads.Where(unload => unload.Entry.LeaveReason == LeaveReason.Evicted).ToList();
        foreach (var (entry, model, _) in victims)
        {
            entry.IsPinned.ShouldBeFalse("a pinned model is evicted");
            isInUse(model).ShouldBeFalse("a model in use is evicted");
        }

        var forLoad = victims.Where(victim => victim.For is not null).ToList();
        var forBudget = victims.Where(victim => victim.For is null).Select(victim => victim.Entry.Reservation!.Bytes).ToList();
        var ledger = cache.Budget.Ledger;
        var kept = ledger.Reserved + ledger.Resident + forLoad.Sum(victim => victim.Entry.Reservation!.Bytes);
        forBudget.All(bytes => kept + bytes > ledger.Total).ShouldBeTrue("more is evicted than the budget is overshot by");
        if (forLoad.Count > 0) LowerPrioritiesWentFirst(forLoad[0].For!, [.. forLoad.Select(victim => victim.Entry)]);
        if (forLoad.Count > 0) IsNoMoreThanNeeded(forLoad[0].For!, [.. forLoad.Select(victim => victim.Entry.Reservation!.Bytes)]);
    }

    /// <summary>Models have just left for being idle.</summary>
    internal void Expired(CacheStep step)
    {
        foreach (var (entry, model, _) in step.Unloads.Where(unload => unload.Entry.LeaveReason == LeaveReason.Expired))
        {
            entry.IsPinned.ShouldBeFalse("a pinned model leaves for being idle");
            isInUse(model).ShouldBeFalse("a model in use leaves for being idle");
            (model.KeepAlive?.Time ?? options.IdleTtl).ShouldNotBeNull("nobody set a limit").ShouldNotBe(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The cache has just looked at its queue: a lone load that would fit is no longer in it.</summary>
    internal void NobodyWaitsWhileThereIsRoom()
    {
        var inMemory = cache.Residents().Select(resident => resident.Definition).ToHashSet();
        var waiting = _states.Keys.Where(definition => cache.StatusOf(definition).State == ModelState.Loading && !inMemory.Contains(definition)).ToList();
        if (waiting.Count != 1) return;
        var fits = cache.StatusOf(waiting[0]).ExpectedBytes <= cache.Budget.Total - cache.Budget.Ledger.Used
            && inMemory.Count < (options.MaxModels ?? int.MaxValue);
        fits.ShouldBeFalse($"{waiting[0].Id} waits while there is room");
    }

    /// <summary>Nothing is under way and no lease is out.</summary>
    internal void AtRest()
    {
        if (cache.Budget.Ledger.Overshoot == 0) return;
        cache.Residents().All(resident => resident.Status.IsPinned || resident.Status.Bytes == 0).ShouldBeTrue("the budget is overshot and idle models stay");
    }

    internal bool IsKeptOutByPins(ModelDefinition definition)
    {
        var pinned = cache.Residents().Where(resident => resident.Status.IsPinned && resident.Status.State is ModelState.Loading or ModelState.Ready && resident.Definition != definition).ToList();
        return pinned.Sum(resident => resident.Status.Bytes) + cache.StatusOf(definition).ExpectedBytes > cache.Budget.Total
            || pinned.Count >= options.MaxModels;
    }

    /// <summary>Where a model of some priority went, all idle ones below it would not have done.</summary>
    private void LowerPrioritiesWentFirst(ModelDefinition definition, List<CacheEntry> victims)
    {
        if (victims.Any(victim => isBeingReplaced(victim.Definition))) return;
        var highest = victims.Max(victim => victim.Definition.Manifest.Priority);
        var spared = cache.Residents().Where(resident =>
            resident.Status is { State: ModelState.Ready, IsPinned: false, InUse: 0 }
            && resident.Definition.Manifest.Priority < highest && !isBeingReplaced(resident.Definition)).ToList();
        var gone = victims.Where(victim => victim.Definition.Manifest.Priority < highest).ToList();

        var free = cache.Budget.Total - cache.Budget.Ledger.Used + BytesIn(ModelState.Unloading) - victims.Sum(victim => victim.Reservation!.Bytes);
        var slots = (options.MaxModels ?? int.MaxValue)
            - cache.Residents().Count(resident => resident.Status.State != ModelState.Unloading) - victims.Count;
        var wouldDo = free + spared.Sum(resident => resident.Status.Bytes) + gone.Sum(victim => victim.Reservation!.Bytes)
                >= cache.StatusOf(definition).ExpectedBytes
            && slots + spared.Count + gone.Count >= 1;
        wouldDo.ShouldBeFalse("a higher priority is evicted where lower ones would have done");
    }

    private void IsNoMoreThanNeeded(ModelDefinition definition, long[] victims)
    {
        var needed = cache.StatusOf(definition).ExpectedBytes;
        var free = cache.Budget.Total - cache.Budget.Ledger.Used + BytesIn(ModelState.Unloading);
        var slots = (options.MaxModels ?? int.MaxValue) - cache.Residents().Count(resident => resident.Status.State != ModelState.Unloading);
        needed.ShouldBeLessThanOrEqualTo(free, "models are evicted for a load that still has no room");
        slots.ShouldBeGreaterThanOrEqualTo(1);
        victims.All(bytes => needed > free - bytes || slots == 1).ShouldBeTrue("more is evicted than needed");
    }

    private long BytesIn(params ModelState[] states) =>
        cache.Residents().Where(resident => states.Contains(resident.Status.State)).Sum(resident => resident.Status.Bytes);
}
