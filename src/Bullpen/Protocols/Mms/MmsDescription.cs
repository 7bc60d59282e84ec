using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>GET /models/{model}</c>: one model as AWS multi-model-server describes it. Its workers are processes; ours are
/// permits of one session, listed as such while the model is in memory.
/// </summary>
internal static class MmsDescription
{
    internal static Task DescribeAsync(HttpContext context, string model, ModelAdministration administration)
    {
        var known = administration.Describe(model);
        var (version, status) = known;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("modelName", version.Id.Name);
            json.WriteString("modelVersion", version.Id.Version);
            json.WriteString("modelUrl", version.Url);
            json.WriteString("runtime", "onnxruntime");
            json.WriteNumber("minWorkers", 0);
            json.WriteNumber("maxWorkers", status.Workers);
            json.WriteNumber("batchSize", 1);
            json.WriteNumber("maxBatchDelay", 0);
            json.WriteBoolean("loadedAtStartup", false);
            json.WriteStartArray("workers");
            for (var id = 0; status.State == ModelState.Ready && id < status.Workers; id++)
            {
                json.WriteStartObject();
                json.WriteString("id", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("startTime", status.LoadedAt!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("status", "READY");
                json.WriteBoolean("gpu", false);
                json.WriteNumber("memoryUsage", id == 0 ? status.Bytes : 0);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("state", known.State);
            json.WriteNumber("bytes", status.Bytes);
            if (known.Reason is { } reason) json.WriteString("reason", reason);
            json.WriteEndObject();
        });
    }
}
