using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// <c>GET /v1/models</c>, which is KServe's, and the status of one model, which both protocols have at one path: the answer holds
/// KServe's <c>name</c> and <c>ready</c> and TensorFlow Serving's <c>model_version_status</c>. That of one version is TensorFlow
/// Serving's alone.
/// </summary>
internal static class TensorFlowStatus
{
    internal static Task ListAsync(HttpContext context, ModelAdministration administration)
    {
        var names = administration.List(onlyLoaded: false).Where(known => known.Model.Fault is null).Select(known => known.Model.Name).ToList();
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("models");
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    internal static Task StatusAsync(HttpContext context, string model, ModelAdministration administration)
    {
        var known = administration.Describe(model);
        var isReady = StateOf(known, known.Model.Default.Id.Version).IsReady;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", known.Model.Name);
            json.WriteBoolean("ready", isReady);
            WriteVersions(json, known, known.Model.Versions);
            json.WriteEndObject();
        });
    }

    internal static Task VersionStatusAsync(HttpContext context, string model, string version, ModelAdministration administration)
    {
        var known = administration.Describe(model);
        var definition = known.Model.Find(version) ?? throw Unknown(known.Model);
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            WriteVersions(json, known, [definition]);
            json.WriteEndObject();
        });
    }

    private static void WriteVersions(Utf8JsonWriter json, KnownModel known, IReadOnlyList<ModelDefinition> versions)
    {
        json.WriteStartArray("model_version_status");
        foreach (var version in versions)
        {
            var state = StateOf(known, version.Id.Version);
            json.WriteStartObject();
            json.WriteString("version", version.Id.Version);
            json.WriteString("state", state.State);
            json.WriteStartObject("status");
            json.WriteString("error_code", state.Code);
            json.WriteString("error_message", state.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static TensorFlowState StateOf(KnownModel known, string version)
    {
        var (definition, status) = known.Model.Versions.Zip(known.Versions).First(one => one.First.Id.Version == version);
        return TensorFlowState.Of(definition, status);
    }

    private static ServingException Unknown(CatalogModel model)
    {
        var versions = string.Join(", ", model.Versions.Select(version => version.Id.Version));
        return new ServingException(ServingErrorKind.ModelNotFound, $"Could not find that version of model {model.Name}; it has {versions}.")
        {
            Model = model.Name,
            Field = "version",
            Expected = versions,
        };
    }
}
