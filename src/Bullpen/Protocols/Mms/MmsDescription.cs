using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>GET /models/{model}</c>: one model as AWS multi-model-server describes it, then what only Bullpen knows. Its workers
/// are processes; ours are permits of one session, listed as such while the model is in memory.
/// </summary>
internal static class MmsDescription
{
    internal static Task DescribeAsync(
        HttpContext context, string model, ModelAdministration administration, ModelScaling scaling, IModelRuntime runtime)
    {
        var known = administration.Describe(model);
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            WriteVersion(json, known.Model.Default, known.Status, scaling.Of(known.Model.Default), runtime);
            WriteOwnPart(json, known);
            json.WriteEndObject();
        });
    }

    /// <summary>The keys of multi-model-server, in its order.</summary>
    internal static void WriteVersion(Utf8JsonWriter json, ModelDefinition version, ModelStatus status, WorkerRange workers, IModelRuntime runtime)
    {
        json.WriteString("modelName", version.Id.Name);
        json.WriteString("modelVersion", version.Id.Version);
        json.WriteString("modelUrl", version.Url);
        json.WriteString("runtime", runtime.Name);
        json.WriteNumber("minWorkers", workers.Least);
        json.WriteNumber("maxWorkers", workers.Most);
        json.WriteNumber("batchSize", 1);
        json.WriteNumber("maxBatchDelay", 0);
        json.WriteBoolean("loadedAtStartup", version.Manifest.Preload);
        json.WriteStartArray("workers");
        for (var id = 0; status.State == ModelState.Ready && id < status.Workers; id++) WriteWorker(json, id, status);
        json.WriteEndArray();
    }

    private static void WriteWorker(Utf8JsonWriter json, int id, ModelStatus status)
    {
        json.WriteStartObject();
        json.WriteString("id", id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("startTime", Time(status.LoadedAt!.Value));
        json.WriteString("status", "READY");
        json.WriteBoolean("gpu", false);
        // All workers share one session.
        json.WriteNumber("memoryUsage", id == 0 ? status.Bytes : 0);
        json.WriteEndObject();
    }

    private static void WriteOwnPart(Utf8JsonWriter json, KnownModel known)
    {
        var (status, manifest) = (known.Status, known.Model.Default.Manifest);
        json.WriteString("state", known.State);
        if (known.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteString("origin", known.Model.Default.Origin.ToString());
        json.WriteStartArray("versions");
        foreach (var version in known.Model.Versions) json.WriteStringValue(version.Id.Version);
        json.WriteEndArray();
        json.WriteNumber("bytes", known.Bytes);
        json.WriteNumber("expectedBytes", status.ExpectedBytes);
        json.WriteNumber("overshootBytes", status.OvershootBytes);
        json.WriteBoolean("measured", status.IsMeasured);
        json.WriteBoolean("pinned", status.IsPinned);
        json.WriteNumber("inUse", known.InUse);
        json.WriteNumber("requests", known.Leases);
        json.WriteNumber("loads", known.Loads);
        if (status.LoadTime is { } loadTime) json.WriteNumber("loadMilliseconds", Math.Round(loadTime.TotalMilliseconds, 1));
        if (status.IdleFor is { } idle) json.WriteNumber("idleSeconds", Math.Round(idle.TotalSeconds, 1));
        if (known.LastUse is { } lastUse) json.WriteString("lastUse", Time(lastUse));
        if (manifest.Description is { } description) json.WriteString("description", description);
        if (manifest.Source is { } source) json.WriteString("source", source);
        if (manifest.Licence is { } licence) json.WriteString("licence", licence);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
