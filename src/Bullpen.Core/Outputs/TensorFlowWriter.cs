using System.Text.Json;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Writes an answer as TensorFlow Serving does (tensorflow_serving/util/json_tensor.cc, MakeJsonFromTensors): tensors as nested
/// arrays of their own shape, one output without its name, several by name, NaN and infinities as bare words, whole floats with .0. Strings of outputs
/// whose name ends in <c>_bytes</c> are {"b64": base64}.
/// </summary>
public static class TensorFlowWriter
{
    private const string BytesSuffix = "_bytes";
    private const string BinaryWay = "POST /v2/models/NAME/infer, \"binary_data_output\": true";

    /// <summary>Writes <c>{"predictions": […]}</c> or <c>{"outputs": …}</c>, as the request's format asks.</summary>
    /// <param name="writer">Where to; nothing is written before everything is known to be writable.</param>
    /// <param name="model">The model's name, for messages.</param>
    /// <param name="format">The request's format.</param>
    /// <param name="outputs">The outputs, at least one.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: rows are asked for, and the outputs have no axis 0 of one length; or a string
    /// is not UTF-8, which JSON cannot carry.
    /// </exception>
    public static void Write(Utf8JsonWriter writer, string model, TensorFlowFormat format, IReadOnlyList<NamedTensor> outputs)
    {
        RequireUtf8(model, outputs);
        if (format == TensorFlowFormat.Rows) WriteRows(writer, model, outputs);
        else WriteColumns(writer, outputs);
    }

    private static void WriteRows(Utf8JsonWriter writer, string model, IReadOnlyList<NamedTensor> outputs)
    {
        foreach (var output in outputs)
        {
            var shape = output.Value.Shape;
            if (shape.Rank == 0 || shape[0] != outputs[0].Value.Shape[0]) throw Uneven(model, outputs[0], output);
        }

        writer.WriteStartObject();
        writer.WriteStartArray("predictions"u8);
        for (var row = 0L; row < outputs[0].Value.Shape[0]; row++)
        {
            if (outputs.Count > 1) writer.WriteStartObject();
            foreach (var output in outputs)
            {
                if (outputs.Count > 1) writer.WritePropertyName(output.Name);
                var inner = output.Value.Shape.Dimensions[1..];
                WriteNested(writer, output, (int)(row * TensorShape.CountOf(inner)), inner);
            }

            if (outputs.Count > 1) writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<NamedTensor> outputs)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("outputs"u8);
        if (outputs.Count > 1) writer.WriteStartObject();
        foreach (var output in outputs)
        {
            if (outputs.Count > 1) writer.WritePropertyName(output.Name);
            WriteNested(writer, output, 0, output.Value.Shape.Dimensions);
        }

        if (outputs.Count > 1) writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteNested(Utf8JsonWriter writer, NamedTensor output, int start, ReadOnlySpan<long> dimensions)
    {
        if (IsBytes(output)) WriteBytes(writer, output.Value, start, dimensions);
        else new TensorJson(output.Value, FloatStyle.AsTensorFlow).WriteNested(writer, start, dimensions);
    }

    private static void WriteBytes(Utf8JsonWriter writer, Tensor tensor, int start, ReadOnlySpan<long> dimensions)
    {
        if (dimensions.IsEmpty)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("b64"u8, tensor.Strings[start].Span);
            writer.WriteEndObject();
            return;
        }

        var step = TensorShape.CountOf(dimensions[1..]);
        writer.WriteStartArray();
        for (var at = 0L; at < dimensions[0]; at++) WriteBytes(writer, tensor, (int)(start + (at * step)), dimensions[1..]);
        writer.WriteEndArray();
    }

    private static bool IsBytes(NamedTensor output) =>
        output.Value.Type == ElementType.String && output.Name.EndsWith(BytesSuffix, StringComparison.Ordinal);

    /// <summary>What cannot be written is the request's fault there too: INVALID_ARGUMENT of AddSingleValueAndAdvance.</summary>
    private static void RequireUtf8(string model, IReadOnlyList<NamedTensor> outputs)
    {
        foreach (var output in outputs.Where(output => !IsBytes(output)))
        {
            if (TensorJson.FirstNotUtf8(output.Value) is not { } at) continue;
            throw new ServingException(
                ServingErrorKind.InvalidRequest,
                $"Model {model}, output {output.Name}: element {at} is not UTF-8 and cannot be written as JSON. An output whose name ends in {BytesSuffix} is written in base64: name it so in the model, or ask in binary ({BinaryWay}).")
            {
                Model = model,
                Field = output.Name,
                Expected = $"UTF-8, or an output called {output.Name}{BytesSuffix}",
                Actual = "other bytes",
            };
        }
    }

    private static ServingException Uneven(string model, NamedTensor first, NamedTensor output)
    {
        var expected = first.Value.Shape.Rank == 0 ? "outputs with an axis of rows" : $"{first.Value.Shape[0]} rows, as output {first.Name} has";
        return new ServingException(
            ServingErrorKind.InvalidRequest,
            $"Model {model}, output {output.Name}: expected {expected}, got {output.Value}. Ask in the column format ('inputs'), which takes any shape.")
        {
            Model = model,
            Field = output.Name,
            Expected = expected,
            Actual = output.Value.ToString(),
        };
    }
}
