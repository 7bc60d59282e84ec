using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// The JSON body of a generate request (docs/protocol/extension_generate.md and GenerateRequestClass in src/http_server.cc of
/// triton-inference-server/server): a key that is an input's name holds its data, a value or a list of values; any other is a parameter.
/// Both may also lie in <c>parameters</c>.
/// </summary>
internal static class GenerateRequest
{
    private const string Parameters = "parameters";

    /// <summary>Reads the request; parameters mean nothing to a model here, and are only checked.</summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a key is given twice, or a parameter is no string, number or boolean.
    /// <see cref="ServingErrorKind.InvalidInput"/>: data does not fit its input.
    /// </exception>
    public static OpenInferenceRequest Read(ModelDescription model, JsonElement body)
    {
        var fields = new OpenInferenceFields(model.Name);
        fields.Require(body, JsonValueKind.Object, "body");
        var inputs = model.Signature.Inputs.ToDictionary(input => input.Name, StringComparer.Ordinal);
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        string? id = null;
        foreach (var property in body.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (inputs.ContainsKey(name) || name is not ("id" or Parameters)) Take(fields, inputs, tensors, name, name, property.Value);
            else if (name == "id") id = IdIn(fields, property.Value);
            else TakeNested(fields, inputs, tensors, property.Value);
        }

        return new OpenInferenceRequest { Id = id, Inputs = [.. tensors.Values] };
    }

    /// <summary>The fixed dimensions are filled first, the innermost dynamic one takes the rest, the others are 1; null where that does not come out.</summary>
    internal static TensorShape? ShapeOf(TensorSpec input, long count)
    {
        var dimensions = input.Shape.Dimensions.ToArray();
        foreach (var dimension in dimensions)
        {
            if (dimension == TensorShape.Dynamic) continue;
            if (dimension == 0 || count % dimension != 0) return null;
            count /= dimension;
        }

        for (var axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            if (dimensions[axis] != TensorShape.Dynamic) continue;
            dimensions[axis] = count;
            count = 1;
        }

        return count == 1 ? new TensorShape(dimensions) : null;
    }

    private static string? IdIn(OpenInferenceFields fields, JsonElement value)
    {
        fields.Require(value, JsonValueKind.String, "id");
        var id = fields.Text(value, "id");
        return id.Length == 0 ? null : id;
    }

    private static void TakeNested(
        OpenInferenceFields fields, Dictionary<string, TensorSpec> inputs, Dictionary<string, NamedTensor> tensors, JsonElement parameters)
    {
        fields.Require(parameters, JsonValueKind.Object, Parameters);
        foreach (var property in parameters.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            Take(fields, inputs, tensors, name, $"{Parameters}.{JsonText.Quotable(name)}", property.Value);
        }
    }

    private static void Take(
        OpenInferenceFields fields, Dictionary<string, TensorSpec> inputs, Dictionary<string, NamedTensor> tensors, string name, string field, JsonElement value)
    {
        if (inputs.TryGetValue(name, out var input))
        {
            if (!tensors.TryAdd(name, new NamedTensor(name, TensorOf(fields.Model, input, value))))
                throw fields.Invalid(field, "each input once", "it a second time");
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
        {
            throw fields.Invalid(JsonText.Quotable(field), "a string, a number, true or false for a parameter", JsonText.Describe(value));
        }
    }

    private static Tensor TensorOf(string model, TensorSpec input, JsonElement value)
    {
        var isList = value.ValueKind == JsonValueKind.Array;
        if (isList && value.GetArrayLength() > 0 && value[0].ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            throw ServingException.InvalidInput(model, input.Name, "a value or a list of values", "a list of " + (value[0].ValueKind == JsonValueKind.Array ? "lists" : "objects"));
        var shape = ShapeOf(input, isList ? value.GetArrayLength() : 1)
            ?? throw ServingException.InvalidInput(model, input.Name, $"values for {ElementTypes.NameOf(input.Type)}{input.Shape}", isList ? $"{value.GetArrayLength()} of them" : "one");
        return NestedArray.Read(model, input.Name, input.Type, value, ElementReading.Strict).Buffer.ToTensor(shape);
    }
}
