using System.Text.Json;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>GET /models/{model}[/{version}|/all]</c> as TorchServe answers it: an array, one object for each version asked for, with the
/// length of its queue.
/// </summary>
/// <param name="administration">What is known.</param>
/// <param name="scaling">The workers.</param>
/// <param name="limits">The length of a queue.</param>
/// <param name="runtime">Its name.</param>
internal sealed class TorchServeDescription(
    ModelAdministration administration, ModelScaling scaling, ModelManagerOptions limits, IModelRuntime runtime)
{
    internal Task DescribeAsync(HttpContext context, string model)
    {
        var known = administration.Describe(model);
        return WriteAsync(context, known, [known.Model.Default]);
    }

    internal Task DescribeAllAsync(HttpContext context, string model)
    {
        var known = administration.Describe(model);
        return WriteAsync(context, known, known.Model.Versions);
    }

    internal Task DescribeVersionAsync(HttpContext context, string model, string version)
    {
        var known = administration.Describe(model);
        return WriteAsync(context, known, [known.Model.Find(version) ?? throw ModelCatalog.VersionNotFound(known.Model, version)]);
    }

    private Task WriteAsync(HttpContext context, KnownModel known, IReadOnlyList<ModelDefinition> versions) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartArray();
        foreach (var version in versions) Write(json, version, known.Versions[IndexOf(known.Model, version)]);
        json.WriteEndArray();
    });

    private void Write(Utf8JsonWriter json, ModelDefinition version, ModelStatus status)
    {
        var workers = scaling.Of(version);
        var waiting = Math.Max(0, status.InUse - workers.Most);
        json.WriteStartObject();
        MmsDescription.WriteVersion(json, version, status, workers, runtime);
        json.WriteStartObject("jobQueueStatus");
        json.WriteNumber("remainingCapacity", Math.Max(0, limits.QueueLength - waiting));
        json.WriteNumber("pendingRequests", waiting);
        json.WriteEndObject();
        json.WriteString("state", version.Fault is null ? status.State.ToString() : nameof(ModelState.Failed));
        if ((version.Fault ?? status.Failure) is { } reason) json.WriteString("reason", reason);
        json.WriteNumber("bytes", status.Bytes);
        json.WriteEndObject();
    }

    private static int IndexOf(CatalogModel model, ModelDefinition version)
    {
        var index = 0;
        while (!ReferenceEquals(model.Versions[index], version)) index++;
        return index;
    }
}
