using System.Text.Json;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Writes the answer to a generate request (docs/protocol/extension_generate.md and ExactMappingOutput in src/http_server.cc of
/// triton-inference-server/server): each output by its name, one element as it is, several as a flat list.
/// </summary>
public static class GenerateWriter
{
    private static readonly string[] Reserved = ["id", "model_name", "model_version"];

    /// <summary>Writes <c>{"id"?, "model_name", "model_version", OUTPUT: value, …}</c>; an output that has one of those three names is left out.</summary>
    /// <param name="writer">Where to; nothing is written before everything is known to be writable.</param>
    /// <param name="model">Name and version.</param>
    /// <param name="id">The request's id, or null.</param>
    /// <param name="outputs">The outputs.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a string that is not UTF-8, which JSON cannot carry.
    /// </exception>
    public static void Write(Utf8JsonWriter writer, ModelId model, string? id, IReadOnlyList<NamedTensor> outputs)
    {
        TensorJson.RequireUtf8(model.Name, outputs, ServingErrorKind.InvalidRequest);
        writer.WriteStartObject();
        if (id is not null) writer.WriteString("id"u8, id);
        writer.WriteString("model_name"u8, model.Name);
        writer.WriteString("model_version"u8, model.Version);
        foreach (var (name, value, _) in outputs)
        {
            if (Reserved.Contains(name)) continue;
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Tensor value)
    {
        var count = (int)value.Shape.ElementCount;
        var elements = new TensorJson(value, FloatStyle.AsLiterals);
        if (count == 1)
        {
            elements.WriteRun(writer, 0, 1);
            return;
        }

        writer.WriteStartArray();
        elements.WriteRun(writer, 0, count);
        writer.WriteEndArray();
    }
}
