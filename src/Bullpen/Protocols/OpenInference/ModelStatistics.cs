using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// <c>GET /v2/models/{model}/stats</c> (docs/protocol/extension_statistics.md of triton-inference-server/server): what requests of all
/// protocols came to since the server began, and where their time went.
/// </summary>
internal static class ModelStatistics
{
    internal static Task AnswerAsync(HttpContext context, string model, ModelCatalog catalog, ModelManager models, InferenceStatistics statistics) =>
        WriteAsync(context, catalog.Get(model).Versions, models, statistics);

    internal static Task AnswerVersionAsync(
        HttpContext context, string model, string version, ModelCatalog catalog, ModelManager models, InferenceStatistics statistics) =>
        WriteAsync(context, [catalog.Resolve(model, version)], models, statistics);

    /// <summary>Of all models those that are in memory, or were asked.</summary>
    internal static Task AnswerAllAsync(HttpContext context, ModelCatalog catalog, ModelManager models, InferenceStatistics statistics) =>
        WriteAsync(
            context,
            catalog.List().SelectMany(model => model.Versions)
                .Where(version => statistics.Of(version) is not null || models.StatusOf(version).State == ModelState.Ready),
            models,
            statistics);

    private static Task WriteAsync(HttpContext context, IEnumerable<ModelDefinition> versions, ModelManager models, InferenceStatistics statistics) =>
        JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("model_stats");
            foreach (var version in versions) Write(json, version.Id, models.StatusOf(version).Bytes, statistics.Of(version) ?? new ModelTimes());
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, ModelId model, long bytes, ModelTimes times)
    {
        // Read once: every request adds to it, and a client subtracts one answer from another.
        var requests = times.Requests;
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteString("version", model.Version);
        json.WriteNumber("last_inference", times.Last?.ToUnixTimeMilliseconds() ?? 0);
        json.WriteNumber("inference_count", times.Rows);
        json.WriteNumber("execution_count", requests);
        json.WriteStartObject("inference_stats");
        WriteDuration(json, "success", requests, times.QueueTime + times.InputTime + times.RunTime + times.OutputTime);
        WriteDuration(json, "fail", times.Failures, times.FailedTime);
        WriteDuration(json, "queue", requests, times.QueueTime);
        WriteCompute(json, requests, times);
        WriteDuration(json, "cache_hit", 0, TimeSpan.Zero);
        WriteDuration(json, "cache_miss", 0, TimeSpan.Zero);
        json.WriteEndObject();
        json.WriteStartArray("batch_stats");
        if (requests > 0) WriteBatch(json, requests, times);
        json.WriteEndArray();
        json.WriteStartArray("memory_usage");
        json.WriteStartObject();
        json.WriteString("type", "CPU");
        json.WriteNumber("id", 0);
        json.WriteNumber("byte_size", bytes);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Each run is a batch of 1: requests are not merged. The rows that they have are in <c>inference_count</c>.</summary>
    private static void WriteBatch(Utf8JsonWriter json, long requests, ModelTimes times)
    {
        json.WriteStartObject();
        json.WriteNumber("batch_size", 1);
        WriteCompute(json, requests, times);
        json.WriteEndObject();
    }

    /// <summary>Clients expect the three to be counted alike.</summary>
    private static void WriteCompute(Utf8JsonWriter json, long requests, ModelTimes times)
    {
        WriteDuration(json, "compute_input", requests, times.InputTime);
        WriteDuration(json, "compute_infer", requests, times.RunTime);
        WriteDuration(json, "compute_output", requests, times.OutputTime);
    }

    private static void WriteDuration(Utf8JsonWriter json, string name, long count, TimeSpan time)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", count);
        json.WriteNumber("ns", (long)time.TotalNanoseconds);
        json.WriteEndObject();
    }
}
