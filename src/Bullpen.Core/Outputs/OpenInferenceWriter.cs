using System.Text.Json;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Writes an answer as the Open Inference Protocol has it (specification/protocol/inference_rest.md, "Inference
/// response JSON object").
/// </summary>
public static class OpenInferenceWriter
{
    /// <summary>
    /// Writes <c>{"model_name", "model_version", "id"?, "outputs": [{"name", "shape", "datatype", "data"}, …]}</c>, the
    /// data flat and row-major.
    /// </summary>
    /// <param name="writer">Where to; nothing is written before everything is known to be writable.</param>
    /// <param name="model">Name and version.</param>
    /// <param name="id">The request's id, or null.</param>
    /// <param name="outputs">The outputs to write, in order; see <see cref="OutputSelection"/>.</param>
    /// <param name="floats">How floats are written.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a string that is not UTF-8, which JSON cannot carry.
    /// </exception>
    public static void Write(
        Utf8JsonWriter writer, ModelId model, string? id, IReadOnlyList<NamedTensor> outputs, FloatStyle floats = FloatStyle.AsNull)
    {
        TensorJson.RequireUtf8(model.Name, outputs, ServingErrorKind.InvalidRequest);
        Write(writer, model, id, outputs.Select(output => new AnsweredOutput(output, IsBinary: false)), floats);
    }

    /// <summary>The same, with <c>"parameters": {"binary_data_size"}</c> in the place of data that follows the JSON.</summary>
    internal static void Write(
        Utf8JsonWriter writer, ModelId model, string? id, IEnumerable<AnsweredOutput> outputs, FloatStyle floats)
    {
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, model.Name);
        writer.WriteString("model_version"u8, model.Version);
        if (id is not null) writer.WriteString("id"u8, id);
        writer.WriteStartArray("outputs"u8);
        foreach (var ((name, value, _), isBinary) in outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, name);
            writer.WriteStartArray("shape"u8);
            foreach (var dimension in value.Shape.Dimensions) writer.WriteNumberValue(dimension);
            writer.WriteEndArray();
            writer.WriteString("datatype"u8, OpenInferenceTypes.NameOf(value.Type));
            if (isBinary) WriteSize(writer, value);
            else WriteData(writer, value, floats);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter writer, Tensor value)
    {
        writer.WriteStartObject("parameters"u8);
        writer.WriteNumber("binary_data_size"u8, RawData.SizeOf(value));
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, Tensor value, FloatStyle floats)
    {
        writer.WriteStartArray("data"u8);
        new TensorJson(value, floats).WriteRun(writer, 0, (int)value.Shape.ElementCount);
        writer.WriteEndArray();
    }
}
