using System.Globalization;

namespace Bullpen.Core.Models;

/// <summary>A <see cref="CacheExplanation"/> in words.</summary>
internal static class ExplanationText
{
    internal static string Of(CacheExplanation explanation, EvictionPlan plan, DateTimeOffset now)
    {
        var name = explanation.Definition.Id.Name;
        var status = explanation.Status;
        return explanation.Cause switch
        {
            ResidencyCause.Ready => $"{name} is in memory: {Loaded(explanation, now)}, {Use(status)}.{Pin(explanation)}",
            ResidencyCause.WaitsForRoom or ResidencyCause.WaitsForTurn or ResidencyCause.Loading =>
                $"{name} is not in memory yet, {Asked(explanation, now)}. {explanation.Sentence}{Ready(explanation)}",
            ResidencyCause.Draining or ResidencyCause.Unloading => $"{name} is leaving memory ({Why(explanation.Departure)}). {explanation.Sentence}",
            ResidencyCause.Failed => $"{name} could not be loaded: {explanation.Status.Failure} {Retry(explanation)}",
            ResidencyCause.TooLarge when status.Failure is { } failure => $"{failure} {Retry(explanation)}",
            ResidencyCause.TooLarge or ResidencyCause.KeptOutByPins => explanation.Sentence,
            ResidencyCause.GivenUp => $"{name} was asked for, and everybody who waited for it gave up before its load began. {Next(plan)}",
            ResidencyCause.NeverAsked => $"Nobody has asked for {name} since the server started. {Next(plan)}",
            _ => $"{name} {Left(explanation.Departure!, now)}. {Next(plan)}",
        };
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Left(Departure departure, DateTimeOffset now) => departure.Reason switch
    {
        LeaveReason.Evicted => $"was evicted {Ago(now - departure.At)} ago for {departure.For?.ToString() ?? "the budget, because a load had measured more than was reserved for it"}{Worths(departure)}",
        LeaveReason.Expired => $"was unloaded {Ago(now - departure.At)} ago because nobody had used it for as long as it may be idle (keep_alive, idleTtl, --idle-ttl)",
        LeaveReason.Requested => $"was unloaded {Ago(now - departure.At)} ago because somebody asked for that",
        LeaveReason.Replaced => $"was replaced {Ago(now - departure.At)} ago, and nobody has asked for what its files hold now",
        _ => "is not loaded any more: the server is shutting down",
    };

    private static string Worths(Departure departure)
    {
        if (departure.Worth is not { } worth) return "";
        var other = departure.WorthOfNewcomer is { } newcomer ? $", and that was to be worth {Number(newcomer)}" : "";
        return $": it was worth {Number(worth)} to the policy {departure.Policy}{other}";
    }

    private static string Why(Departure? departure) => departure is { Reason: LeaveReason.Evicted, For: { } other }
        ? $"evicted for {other}"
        : departure?.Reason.ToString().ToLowerInvariant() ?? "unloaded";

    private static string Loaded(CacheExplanation explanation, DateTimeOffset now)
    {
        var (status, kind) = (explanation.Status, explanation.LoadWasMeasured ? "measured" : "estimated");
        return $"loaded {Ago(now - explanation.LoadedAt!.Value)} ago in {Ago(status.LoadTime!.Value)}, {RoomUse.Size(status.Bytes)} ({kind})";
    }

    private static string Use(ModelStatus status) => status.InUse > 0
        ? string.Create(CultureInfo.InvariantCulture, $"and in use by {status.InUse}")
        : $"last used {Ago(status.IdleFor!.Value)} ago";

    private static string Pin(CacheExplanation explanation) => (explanation.Status.IsPinned, explanation.Pin) switch
    {
        (true, PinSource.Manifest) => " Its manifest pins it: it is never evicted.",
        (true, _) => " An operator pinned it: it is not evicted.",
        _ => "",
    };

    private static string Asked(CacheExplanation explanation, DateTimeOffset now) => $"asked for {Ago(now - explanation.Since!.Value)} ago";

    private static string Ready(CacheExplanation explanation) =>
        explanation.ReadyIn is { } left && left > TimeSpan.Zero ? $" It may be ready in about {Ago(left)}." : "";

    private static string Retry(CacheExplanation explanation)
    {
        var again = explanation.RetryIn is { } left && left > TimeSpan.Zero ? $"in {Ago(left)}, or when its file changes" : "with the next request";
        return string.Create(CultureInfo.InvariantCulture, $"Failures in a row: {explanation.Attempts}. It may be tried again {again}.");
    }

    private static string Next(EvictionPlan plan) => plan.Outcome switch
    {
        PlanOutcome.Fits => "A request would load it at once: there is room.",
        PlanOutcome.Evicts => $"A request would load it and evict {Names(plan)}.",
        PlanOutcome.FitsSoon => "A request would load it as soon as the models are gone that are being unloaded.",
        PlanOutcome.Waits => plan.Ahead > 0
            ? $"A request would wait for room behind other loads ({plan.Ahead})."
            : "A request would wait for room that models in use have.",
        _ => "",
    };

    private static string Names(EvictionPlan plan)
    {
        const int shown = 3;
        var names = string.Join(", ", plan.Evictions.Take(shown).Select(eviction => eviction.Definition.Id));
        return plan.Evictions.Count <= shown ? names : string.Create(CultureInfo.InvariantCulture, $"{names} and {plan.Evictions.Count - shown} more");
    }

    private static string Ago(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMilliseconds):0} ms"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
    };
}
