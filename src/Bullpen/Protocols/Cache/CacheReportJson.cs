using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Models;

namespace Bullpen.Protocols.Cache;

/// <summary><c>GET /cache</c>: the budget, the limits, a page of the models in memory, and who goes next.</summary>
internal static class CacheReportJson
{
    internal static void Write(Utf8JsonWriter json, CacheReport report, CachePage page, int known, int clientLeases)
    {
        json.WriteStartObject();
        json.WriteString("policy", report.Policy);
        WriteBudget(json, report);
        WriteLimits(json, report.Options);
        WriteCounts(json, report, known, clientLeases);
        json.WriteHolders(report.Holders);
        json.WriteStartArray("models");
        foreach (var model in report.Models) WriteModel(json, model);
        json.WriteEndArray();
        if (report.HasMore) json.WriteString("nextPageToken", page.Next);
        json.WriteEvictions("nextVictims", report.NextVictims);
        json.WriteStartArray("waiting");
        foreach (var waiting in report.Waiting) json.WriteStringValue(waiting.Id.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A model that has memory reserved: the keys of an object that has been begun.</summary>
    internal static void WriteResident(Utf8JsonWriter json, ResidentModel model)
    {
        var status = model.Status;
        json.WriteString("state", status.State.ToString());
        WriteMemory(json, model);
        if (model.Worth is { } worth) json.WriteNumber("worth", worth);
        json.WriteTimeIfAny("lastUsed", model.LastUsed);
        if (status.IdleFor is { } idle) json.WriteSeconds("idleSeconds", idle);
        json.WriteNumber("hits", model.LeasesSinceLoad);
        json.WriteNumber("hitsInAll", status.Leases);
        json.WriteNumber("recentUses", Math.Round(status.RecentUses, 3));
        json.WriteNumber("inFlight", status.InUse);
        json.WritePin(status.IsPinned, model.Pin);
        json.WriteNumber("priority", model.Definition.Manifest.Priority);
        if (status.KeepAlive is { } wish) json.WriteString("keepAlive", wish == KeepAlive.Forever ? "-1" : Duration.Show(wish.Time));
        json.WriteTimeIfAny("keepAliveUntil", model.KeptUntil);
        json.WriteTimeIfAny("youngUntil", model.YoungUntil);
        json.WriteTimeIfAny("loadedAt", status.LoadedAt);
        if (status.LoadTime is { } loadTime) json.WriteMilliseconds("loadMilliseconds", loadTime);
    }

    private static void WriteModel(Utf8JsonWriter json, ResidentModel model)
    {
        json.WriteStartObject();
        json.WriteModel(model.Definition.Id);
        WriteResident(json, model);
        json.WriteEndObject();
    }

    /// <summary>What it is charged with, and of what kind that is: the one place that shows a model's memory.</summary>
    private static void WriteMemory(Utf8JsonWriter json, ResidentModel model)
    {
        json.WriteNumber("bytes", model.Status.Bytes);
        if (model.Footprint is { } footprint)
        {
            json.WriteNumber("privateBytes", footprint.PrivateBytes);
            json.WriteNumber("mappedBytes", footprint.MappedBytes);
            // A load that overlapped another could not be measured, though an earlier one of the model may have been.
            if (!footprint.IsMeasured) json.WriteBoolean("privateBytesEstimated", true);
        }

        json.WriteBoolean("measured", model.Status.IsMeasured);
    }

    private static void WriteBudget(Utf8JsonWriter json, CacheReport report)
    {
        var ledger = report.Ledger;
        json.WriteStartObject("budget");
        json.WriteNumber("total", ledger.Total);
        json.WriteNumber("reserved", ledger.Reserved);
        json.WriteNumber("resident", ledger.Resident);
        json.WriteNumber("draining", ledger.Draining);
        json.WriteNumber("free", ledger.Free);
        json.WriteNumber("overshoot", ledger.Overshoot);
        json.WriteEndObject();
        json.WriteStartObject("besideModels");
        json.WriteNumber("floor", report.Overhead.Floor);
        json.WriteNumber("managed", report.Overhead.Managed);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, ModelCacheOptions options)
    {
        json.WriteStartObject("limits");
        if (options.MaxModels is { } most) json.WriteNumber("maxModels", most);
        else json.WriteNull("maxModels");
        json.WriteSeconds("minResidencySeconds", options.MinimumResidency);
        if (options.IdleTtl is { } idle) json.WriteSeconds("idleTtlSeconds", idle);
        else json.WriteNull("idleTtlSeconds");
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, CacheReport report, int known, int clientLeases)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("known", known);
        json.WriteNumber("inMemory", report.InMemory);
        json.WriteNumber("waiting", report.WaitingCount);
        json.WriteNumber("clientLeases", clientLeases);
        json.WriteEndObject();
    }
}
