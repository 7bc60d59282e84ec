using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>Answers questions about a <see cref="Room"/> and changes nothing. Called under the cache's lock.</summary>
internal sealed class CacheInquiry(Room room, MemoryBudget budget, ModelCacheOptions options, TimeProvider time)
{
    /// <summary>By name, then version: an order that a page can go on in. Needs no lock.</summary>
    internal static CacheEntry[] ById(CacheEntry[] entries)
    {
        Array.Sort(entries, static (x, y) =>
        {
            var byName = string.CompareOrdinal(x.Definition.Id.Name, y.Definition.Id.Name);
            return byName != 0 ? byName : string.CompareOrdinal(x.Definition.Id.Version, y.Definition.Id.Version);
        });
        return entries;
    }

    /// <summary>What was counted; <paramref name="granted"/> of the leases went to callers that had waited.</summary>
    internal CacheUsage Usage(long granted)
    {
        var leases = room.LeasesOfGone + room.InMemory.Sum(entry => entry.Model?.LeasesGiven ?? 0);
        return new CacheUsage(leases, leases - granted, room.InMemory.Count(entry => entry.Model is not null));
    }

    /// <summary>The cache now, and of <paramref name="sorted"/>, which may have left since, a page.</summary>
    internal CacheReport Report(CacheEntry[] sorted, int start, int limit)
    {
        var page = sorted.Skip(start).Take(limit).Where(entry => entry.Reservation is not null);
        return new CacheReport(room.PolicyName, budget.Ledger, budget.Overhead, options)
        {
            Holders = room.Use().Shares(),
            InMemory = room.InMemory.Count,
            Waiting = [.. room.Queue.Take(limit).Select(entry => entry.Definition)],
            WaitingCount = room.Queue.Count,
            Models = [.. page.Select(room.ResidentOf)],
            HasMore = sorted.Length - start > limit,
            NextVictims = [.. room.NextVictims(limit).Select(next => new PlannedEviction(next.Entry.Definition, next.Entry.Reservation!.Bytes, next.Worth, null))],
        };
    }

    /// <summary>Why the model is in memory or is not, and what a request for it would set off at this moment.</summary>
    /// <param name="entry">What is known of the model; an entry of its own where nothing is.</param>
    /// <param name="bytes">What its next load will take, as far as is known.</param>
    /// <param name="isMeasured">True where an earlier run of the server measured that.</param>
    /// <param name="loadTime">How long its load took in an earlier run, or null.</param>
    /// <param name="stamp">Its file now.</param>
    internal (CacheExplanation Explanation, EvictionPlan Plan) Explain(
        CacheEntry entry, long bytes, bool isMeasured, TimeSpan? loadTime, FileStamp stamp)
    {
        var plan = Plan(entry, bytes, isMeasured, loadTime, stamp);
        return (Explain(entry, plan), plan);
    }

    private EvictionPlan Plan(CacheEntry entry, long bytes, bool isMeasured, TimeSpan? loadTime, FileStamp stamp)
    {
        var ledger = budget.Ledger;
        var newcomer = entry.Newcomer(bytes, time.GetTimestamp());
        var refusal = RefusalOf(newcomer, bytes, stamp, loadTime);
        var plan = new EvictionPlan(entry.Definition, PlanOutcome.Ready)
        {
            NeededBytes = entry.Reservation?.Bytes ?? newcomer.ExpectedBytes,
            IsMeasured = entry.IsMeasured || isMeasured,
            LoadTime = Room.MeasuredLoadTime(entry) ?? loadTime,
            FreeBytes = ledger.Free,
            ComingBytes = room.InMemory.Where(other => other.State == ModelState.Unloading).Sum(other => other.Reservation!.Bytes),
            Holders = room.Use().Shares(),
        };
        switch (entry.State)
        {
            case ModelState.Ready: return plan;
            case ModelState.Loading: return plan with { Outcome = PlanOutcome.UnderWay, Ahead = Math.Max(0, PlaceOf(entry) ?? 0) };
            case ModelState.Draining or ModelState.Unloading: return plan with { Outcome = PlanOutcome.Leaving };
        }

        if (refusal is null) return Rehearse(newcomer, plan);
        var outcome = refusal.RetryAfter is not null ? PlanOutcome.FailedRecently
            : newcomer.ExpectedBytes > budget.Total ? PlanOutcome.TooLarge : PlanOutcome.KeptOutByPins;
        return plan with { Outcome = outcome, Refusal = refusal };
    }

    private CacheExplanation Explain(CacheEntry entry, EvictionPlan plan)
    {
        var now = time.GetUtcNow();
        var explanation = new CacheExplanation(entry.Definition, CauseOf(entry, plan), room.StatusOf(entry))
        {
            Resident = entry.Reservation is null ? null : room.ResidentOf(entry),
            Pin = entry.PinSource,
            LoadedAt = entry.LastLoad is { } load ? now - time.GetElapsedTime(load.At) : null,
            LoadedBytes = entry.LastLoad?.Bytes,
            LoadWasMeasured = entry.LastLoad?.IsMeasured ?? false,
            Departure = entry.Departure,
            Attempts = entry.Failure?.Attempts,
            RetryIn = entry.Failure is { } failure ? TimeSpan.FromTicks(Math.Max(0, failure.TimeLeft(time).Ticks)) : null,
        };
        if (explanation.Cause is ResidencyCause.KeptOutByPins or ResidencyCause.WaitsForRoom) explanation = explanation with { Holders = plan.Holders };
        if (entry.State is not (ModelState.Loading or ModelState.Draining or ModelState.Unloading)) return explanation with { Sentence = ReasonOf(plan) };

        var prospect = room.Prospect(entry);
        return explanation with
        {
            Sentence = prospect.Reason,
            Place = PlaceOf(entry),
            ReadyIn = entry.State == ModelState.Loading ? prospect.ReadyIn : null,
            Since = entry.State == ModelState.Loading ? now - time.GetElapsedTime(entry.LoadingSince ?? entry.QueuedAt) : null,
        };
    }

    private static string ReasonOf(EvictionPlan plan) => plan.Refusal?.Message ?? "";

    private static ResidencyCause CauseOf(CacheEntry entry, EvictionPlan plan) => entry.State switch
    {
        ModelState.Ready => ResidencyCause.Ready,
        ModelState.Loading when entry.Reservation is null => ResidencyCause.WaitsForRoom,
        ModelState.Loading => entry.LoadingSince is null ? ResidencyCause.WaitsForTurn : ResidencyCause.Loading,
        ModelState.Draining => ResidencyCause.Draining,
        ModelState.Unloading => ResidencyCause.Unloading,
        ModelState.Failed => entry.Failure?.Error.Kind == ServingErrorKind.ModelTooLarge ? ResidencyCause.TooLarge : ResidencyCause.Failed,
        _ when plan.Outcome == PlanOutcome.TooLarge => ResidencyCause.TooLarge,
        _ when plan.Outcome == PlanOutcome.KeptOutByPins => ResidencyCause.KeptOutByPins,
        _ => PastCauseOf(entry),
    };

    /// <summary>Nothing keeps it out now: what came last counts.</summary>
    private static ResidencyCause PastCauseOf(CacheEntry entry) => entry switch
    {
        { GivenUpAt: not null } => ResidencyCause.GivenUp,
        { Departure: { } departure } => departure.Reason switch
        {
            LeaveReason.Evicted => ResidencyCause.Evicted,
            LeaveReason.Requested => ResidencyCause.Requested,
            LeaveReason.Expired => ResidencyCause.Expired,
            LeaveReason.Replaced => ResidencyCause.Replaced,
            _ => ResidencyCause.Shutdown,
        },
        _ => ResidencyCause.NeverAsked,
    };

    private EvictionPlan Rehearse(CacheEntry newcomer, EvictionPlan plan)
    {
        var play = room.Rehearse(newcomer);
        return plan with
        {
            Outcome = play.Outcome,
            Evictions = play.Evictions,
            MissingBytes = play.Missing.Bytes,
            MissingModels = play.Missing.Models,
            Ahead = play.Ahead,
        };
    }

    /// <summary>What a request would be told at once; null where it would wait, or be served.</summary>
    private ServingException? RefusalOf(CacheEntry newcomer, long bytes, FileStamp stamp, TimeSpan? loadTime)
    {
        try
        {
            room.Expect(newcomer, bytes, stamp, loadTime);
            room.RefuseWhatNeverFits(newcomer);
            return null;
        }
        catch (ServingException refusal)
        {
            return refusal;
        }
    }

    private int? PlaceOf(CacheEntry entry)
    {
        for (var i = 0; i < room.Queue.Count; i++)
            if (room.Queue[i] == entry) return i;
        return null;
    }
}
