using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Models;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// A model as Triton's ModelConfig has it (docs/protocol/extension_model_configuration.md of triton-inference-server/server), made
/// from its own signature. Without a limit of rows shapes are whole and <c>max_batch_size</c> is 0; with one they lack their first
/// dimension, which is that of the rows: the whole is [-1] and <c>dims</c>. The model is loaded for it.
/// </summary>
internal static class ModelConfiguration
{
    internal const string Backend = "onnxruntime";

    internal static Task AnswerAsync(HttpContext context, string model, InferenceService inference, ModelManager models) =>
        AnswerVersionAsync(context, model, version: null, inference, models);

    internal static async Task AnswerVersionAsync(HttpContext context, string model, string? version, InferenceService inference, ModelManager models)
    {
        var described = await inference.DescribeAsync(model, version, context.RequestAborted);
        var (description, rows) = (described.Model, described.MaxBatchSize);
        var workers = Math.Max(1, models.StatusOf(description.Definition).Workers);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", description.Name);
            json.WriteString("platform", ModelAnswers.Platform);
            json.WriteString("backend", Backend);
            json.WriteNumber("max_batch_size", rows);
            WriteTensors(json, "input", description.Signature.Inputs, rows);
            WriteTensors(json, "output", description.Signature.Outputs, rows);
            WriteInstances(json, description.Name, workers);
            json.WriteString("default_model_filename", System.IO.Path.GetFileName(description.Definition.Path));
            json.WriteStartObject("parameters");
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WriteTensors(Utf8JsonWriter json, string name, IReadOnlyList<TensorSpec> tensors, int maxBatchSize)
    {
        json.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            var shape = ShapeOf(tensor, maxBatchSize);
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("data_type", TypeOf(tensor.Type));
            if (name == "input") json.WriteString("format", FormatOf(shape));
            json.WriteStartArray("dims");
            foreach (var dimension in shape.Dimensions) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// A tensor's <c>dims</c>. Those of one number a row are empty, which Triton does not allow: it takes [N, 1] for it, and says so with
    /// a <c>reshape</c>; here it is [N].
    /// </summary>
    internal static TensorShape ShapeOf(TensorSpec tensor, int maxBatchSize) =>
        maxBatchSize > 0 ? new TensorShape(tensor.Shape.Dimensions[1..]) : tensor.Shape;

    /// <summary>
    /// Where the colours are of what can only be a picture; clients of pictures go by it. A format is that of the three dimensions of
    /// <c>dims</c>: a batch of pictures has none where <c>max_batch_size</c> is 0.
    /// </summary>
    internal static string FormatOf(TensorShape shape) => shape.Dimensions switch
    {
        [1 or 3, > 3, > 3] => "FORMAT_NCHW",
        [> 3, > 3, 1 or 3] => "FORMAT_NHWC",
        _ => "FORMAT_NONE",
    };

    /// <summary>Workers are permits of one session; to a client they are what instances are to Triton: how many requests run at once.</summary>
    private static void WriteInstances(Utf8JsonWriter json, string model, int workers)
    {
        json.WriteStartArray("instance_group");
        json.WriteStartObject();
        json.WriteString("name", model);
        json.WriteString("kind", "KIND_CPU");
        json.WriteNumber("count", workers);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    internal static string TypeOf(ElementType type) => type == ElementType.String ? "TYPE_STRING" : "TYPE_" + OpenInferenceTypes.NameOf(type);
}
