using Bullpen.Core.Administration;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Repository;
using Bullpen.Descriptions;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>What a model takes and gives, and whether it would answer. The first loads the model where it is not in memory.</summary>
internal static class ModelAnswers
{
    /// <summary>The name under which Triton's clients know ONNX models.</summary>
    internal const string Platform = "onnxruntime_onnx";

    internal static Task DescribeAsync(HttpContext context, string model, InferenceService inference, ModelCatalog catalog) =>
        DescribeVersionAsync(context, model, version: null, inference, catalog);

    internal static async Task DescribeVersionAsync(
        HttpContext context, string model, string? version, InferenceService inference, ModelCatalog catalog)
    {
        var (description, _, _) = await inference.DescribeAsync(model, version, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", description.Name);
            json.WriteStartArray("versions");
            foreach (var served in VersionsOf(description, catalog)) json.WriteStringValue(served);
            json.WriteEndArray();
            json.WriteString("platform", Platform);
            SignatureWriter.Write(json, "inputs", description.Signature.Inputs, OpenInferenceTypes.NameOf);
            SignatureWriter.Write(json, "outputs", description.Signature.Outputs, OpenInferenceTypes.NameOf);
            json.WriteEndObject();
        });
    }

    internal static Task ReadyAsync(HttpContext context, string model, RepositoryControl control) =>
        VersionReadyAsync(context, model, version: null, control);

    internal static Task VersionReadyAsync(HttpContext context, string model, string? version, RepositoryControl control)
    {
        var isReady = control.IsReady(model, version);
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", model);
            json.WriteBoolean("ready", isReady);
            json.WriteEndObject();
        });
    }

    private static IEnumerable<string> VersionsOf(ModelDescription model, ModelCatalog catalog) =>
        catalog.Find(model.Name) is { } known
            ? known.Versions.Where(version => version.Fault is null).Select(version => version.Id.Version)
            : [model.Definition.Id.Version];
}
