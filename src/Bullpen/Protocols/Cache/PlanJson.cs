using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Telemetry;

namespace Bullpen.Protocols.Cache;

/// <summary><c>POST /cache/plan</c>: what asking for a model would do.</summary>
internal static class PlanJson
{
    private static readonly EnumLabels<PlanOutcome> Outcomes = new();

    internal static void Write(Utf8JsonWriter json, EvictionPlan plan)
    {
        json.WriteStartObject();
        json.WriteModel(plan.Definition.Id);
        json.WriteString("outcome", Outcomes.Of(plan.Outcome));
        json.WriteBoolean("fits", plan.Outcome is PlanOutcome.Ready or PlanOutcome.Fits or PlanOutcome.FitsSoon or PlanOutcome.Evicts);
        json.WriteNumber("neededBytes", plan.NeededBytes);
        json.WriteBoolean("measured", plan.IsMeasured);
        json.WriteNumber("freeBytes", plan.FreeBytes);
        json.WriteNumber("comingBytes", plan.ComingBytes);
        json.WriteEvictions("evictions", plan.Evictions);
        json.WriteNumber("evictedBytes", plan.EvictedBytes);
        json.WriteNumber("missingBytes", plan.MissingBytes);
        json.WriteNumber("missingModels", plan.MissingModels);
        json.WriteNumber("ahead", plan.Ahead);
        json.WriteHolders(plan.Holders);
        if (plan.LoadTime is { } time) json.WriteMilliseconds("loadMilliseconds", time);
        if (plan.Refusal is { } refusal)
        {
            json.WriteString("reason", refusal.Message);
            if (refusal.RetryAfter is { } delay) json.WriteSeconds("retryInSeconds", delay);
        }

        json.WriteEndObject();
    }
}
