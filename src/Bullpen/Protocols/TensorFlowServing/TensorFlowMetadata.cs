using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// <c>GET …/metadata</c>: the model's own signature as the signature_def that GetModelMetadataResponse holds in JSON
/// (tensorflow_serving/apis/get_model_metadata.proto). The model is loaded for it where it is not in memory.
/// </summary>
internal static class TensorFlowMetadata
{
    private const string Predict = "tensorflow/serving/predict";

    internal static Task AnswerAsync(HttpContext context, string model, InferenceService inference) =>
        AnswerVersionAsync(context, model, version: null, inference);

    internal static async Task AnswerVersionAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var described = (await inference.DescribeAsync(model, version, context.RequestAborted)).Model;
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("model_spec");
            json.WriteString("name", described.Definition.Id.Name);
            json.WriteString("signature_name", "");
            json.WriteString("version", described.Definition.Id.Version);
            json.WriteEndObject();

            // Twice signature_def: the key of the metadata, and the field of the message under it.
            json.WriteStartObject("metadata");
            json.WriteStartObject("signature_def");
            json.WriteStartObject("signature_def");
            json.WriteStartObject(TensorFlowRequest.Signature);
            Write(json, "inputs", described.Signature.Inputs);
            Write(json, "outputs", described.Signature.Outputs);
            json.WriteString("method_name", Predict);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<TensorSpec> tensors)
    {
        json.WriteStartObject(name);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", TensorFlowTypes.NameOf(tensor.Type));
            json.WriteStartObject("tensor_shape");
            json.WriteStartArray("dim");
            foreach (var dimension in tensor.Shape.Dimensions)
            {
                json.WriteStartObject();
                json.WriteString("size", dimension.ToString(CultureInfo.InvariantCulture));
                json.WriteString("name", "");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("unknown_rank", false);
            json.WriteEndObject();
            json.WriteString("name", tensor.Name);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
