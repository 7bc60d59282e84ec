using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Inference;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>The repository's index, and loading and unloading by name (docs/protocol/extension_model_repository.md of triton-inference-server/server).</summary>
internal static class RepositoryAnswers
{
    private const int MaxQuoted = 80;
    private const string OnDemand = "not in memory: the first request loads it";

    internal static async Task IndexAsync(HttpContext context, ModelCatalog catalog, ModelManager models)
    {
        var onlyReady = await ReadyIn(context);
        var rows = catalog.List().SelectMany(model => model.Versions).Select(version => (version, Status: models.StatusOf(version)))
            .Where(row => !onlyReady || (row.version.Fault is null && row.Status.State == ModelState.Ready));
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var (version, status) in rows)
            {
                json.WriteStartObject();
                json.WriteString("name", version.Id.Name);
                json.WriteString("version", version.Id.Version);
                json.WriteString("state", version.Fault is null ? StateOf(status.State) : "UNAVAILABLE");
                json.WriteString("reason", version.Fault ?? status.Failure ?? (status.State == ModelState.Absent ? OnDemand : ""));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>One repository is served, which has no name; Triton refuses names, too.</summary>
    internal static void RefuseName(string repository) =>
        throw new ServingException(ServingErrorKind.NotSupported, "'repository_name' specification is not supported")
        {
            Field = "repository",
            Expected = "no name: /v2/repository/models/MODEL",
            Actual = Printable.Text(repository, MaxQuoted),
        };

    internal static async Task LoadAsync(
        HttpContext context, string model, RepositoryControl control, ModelCatalog catalog, ModelScaling scaling, InferenceService inference)
    {
        JsonElement? config = null;
        foreach (var parameter in await ParametersOf(context))
        {
            if (parameter.Name.StartsWith("file:", StringComparison.Ordinal)) throw NoFiles(model);
            if (parameter.Name == "config") config = parameter.Value;
        }

        if (config is not { } text)
        {
            await control.LoadAsync(model, context.RequestAborted);
            return;
        }

        var asked = ConfigOverride.Read(text, model);
        if (catalog.Find(model) is null)
        {
            // Where a platform decides, only the load makes it known; what is not as it was asked for does not stay.
            await control.LoadAsync(model, context.RequestAborted);
            try
            {
                await CheckAsync(asked, model, catalog, inference, context.RequestAborted);
            }
            catch
            {
                await control.UnloadAsync(model, CancellationToken.None);
                throw;
            }
        }
        else
        {
            await CheckAsync(asked, model, catalog, inference, context.RequestAborted);
            await control.LoadAsync(model, context.RequestAborted);
        }

        if (asked.Workers is { } workers) scaling.Limit(catalog.Resolve(model), workers);
        if (asked.MaxBatchSize is { } rows) scaling.LimitRows(catalog.Resolve(model), rows);
    }

    private static async Task CheckAsync(
        ConfigOverride asked, string model, ModelCatalog catalog, InferenceService inference, CancellationToken cancellationToken)
    {
        asked.Check(catalog.Resolve(model));
        if (!asked.NeedsModel) return;
        var described = await inference.DescribeAsync(model, version: null, cancellationToken);
        asked.Check(described.Model, described.MaxBatchSize);
    }

    /// <summary>No model here depends on another: <c>unload_dependents</c> is read and has nothing more to unload.</summary>
    internal static async Task UnloadAsync(HttpContext context, string model, RepositoryControl control)
    {
        foreach (var parameter in await ParametersOf(context))
        {
            if (parameter.Name == "unload_dependents" && parameter.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                throw FieldFault.Of("parameters.unload_dependents", "true or false");
        }

        await control.UnloadAsync(model, context.RequestAborted);
    }

    private static async Task<bool> ReadyIn(HttpContext context)
    {
        if (await BodyOf(context) is not { } body || !body.TryGetProperty("ready", out var ready)) return false;
        return ready.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? ready.GetBoolean()
            : throw FieldFault.Of("ready", "true or false");
    }

    private static async Task<IReadOnlyList<JsonProperty>> ParametersOf(HttpContext context)
    {
        if (await BodyOf(context) is not { } body || !body.TryGetProperty("parameters", out var parameters)) return [];
        return parameters.ValueKind == JsonValueKind.Object ? [.. parameters.EnumerateObject()] : throw FieldFault.Of("parameters", "an object");
    }

    /// <summary>Null where there is none: these routes' clients may leave it out.</summary>
    private static async Task<JsonElement?> BodyOf(HttpContext context)
    {
        if (await JsonBody.ReadIfAnyAsync(context, JsonLimits.Tensors) is not { RootElement: var body }) return null;
        return body.ValueKind == JsonValueKind.Object ? body : throw FieldFault.Of("body", "an object");
    }

    private static string StateOf(ModelState state) => state switch
    {
        ModelState.Ready => "READY",
        ModelState.Loading => "LOADING",
        ModelState.Draining or ModelState.Unloading => "UNLOADING",
        _ => "UNAVAILABLE",
    };

    private static ServingException NoFiles(string model) =>
        new(ServingErrorKind.NotSupported, "the parameter file: is not supported: a model is loaded as it lies in the repository.")
        {
            Model = model,
            Field = "parameters",
        };
}
