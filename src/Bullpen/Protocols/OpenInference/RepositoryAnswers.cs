using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>The repository's index, and loading and unloading by name (docs/protocol/extension_model_repository.md of triton-inference-server/server).</summary>
internal static class RepositoryAnswers
{
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

    internal static async Task LoadAsync(HttpContext context, string model, RepositoryControl control)
    {
        foreach (var name in await ParametersOf(context))
        {
            if (name == "config" || name.StartsWith("file:", StringComparison.Ordinal))
            {
                throw new ServingException(
                    ServingErrorKind.NotSupported,
                    $"the parameter {(name == "config" ? name : "file:")} is not supported: a model is loaded as it lies in the repository, and configured by its model.json.")
                {
                    Model = model,
                    Field = "parameters",
                };
            }
        }

        await control.LoadAsync(model, context.RequestAborted);
    }

    /// <summary>No model here depends on another: <c>unload_dependents</c> is read and has nothing more to unload.</summary>
    internal static async Task UnloadAsync(HttpContext context, string model, RepositoryControl control)
    {
        await ParametersOf(context);
        await control.UnloadAsync(model, context.RequestAborted);
    }

    private static async Task<bool> ReadyIn(HttpContext context)
    {
        if (await BodyOf(context) is not { } body || !body.TryGetProperty("ready", out var ready)) return false;
        return ready.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? ready.GetBoolean()
            : throw Invalid("ready", "true or false");
    }

    /// <summary>The names of the parameters.</summary>
    private static async Task<IReadOnlyList<string>> ParametersOf(HttpContext context)
    {
        if (await BodyOf(context) is not { } body || !body.TryGetProperty("parameters", out var parameters)) return [];
        if (parameters.ValueKind != JsonValueKind.Object) throw Invalid("parameters", "an object");
        return [.. parameters.EnumerateObject().Select(parameter => parameter.Name)];
    }

    /// <summary>Null where there is none: these routes' clients may leave it out.</summary>
    private static async Task<JsonElement?> BodyOf(HttpContext context)
    {
        var bytes = await RequestBody.ReadAsync(context);
        if (bytes.IsEmpty) return null;
        var body = JsonBody.Parse(bytes).RootElement;
        return body.ValueKind == JsonValueKind.Object ? body : throw Invalid("body", "an object");
    }

    private static string StateOf(ModelState state) => state switch
    {
        ModelState.Ready => "READY",
        ModelState.Loading => "LOADING",
        ModelState.Draining or ModelState.Unloading => "UNLOADING",
        _ => "UNAVAILABLE",
    };

    private static ServingException Invalid(string field, string expected) =>
        new(ServingErrorKind.InvalidRequest, $"The request's field {field} must be {expected}.") { Field = field, Expected = expected };
}
