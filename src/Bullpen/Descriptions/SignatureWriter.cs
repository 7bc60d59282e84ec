using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Descriptions;

/// <summary>Writes what a model takes or gives: <c>[{"name", "datatype", "shape"}]</c>, -1 for a dimension that is free.</summary>
internal static class SignatureWriter
{
    /// <summary>One side of a signature, its element types by the names of whoever asks.</summary>
    internal static void Write(Utf8JsonWriter json, string property, IReadOnlyList<TensorSpec> tensors, Func<ElementType, string> nameOf)
    {
        json.WriteStartArray(property);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("datatype", nameOf(tensor.Type));
            json.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape.Dimensions) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
