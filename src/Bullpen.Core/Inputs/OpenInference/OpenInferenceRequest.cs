using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// The JSON body of an Open Inference request (specification/protocol/inference_rest.md, "Inference request JSON
/// object").
/// </summary>
public sealed record OpenInferenceRequest
{
    /// <summary>The caller's own identifier, to be repeated in the answer.</summary>
    public string? Id { get; init; }

    /// <summary>The tensors, in the request's order.</summary>
    public required IReadOnlyList<NamedTensor> Inputs { get; init; }

    /// <summary>The outputs wanted; empty: all.</summary>
    public IReadOnlyList<OpenInferenceOutput> Outputs { get; init; } = [];

    /// <summary>
    /// The request's parameters as they came, uninterpreted; alive as long as the body's document. Null where there
    /// are none.
    /// </summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>
    /// True for an object whose <c>inputs</c> is a non-empty array of objects that each have a name, a shape and a
    /// datatype.
    /// </summary>
    public static bool IsMatch(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !JsonText.TryGetProperty(body, "inputs"u8, out var inputs)) return false;
        if (inputs.ValueKind != JsonValueKind.Array || inputs.GetArrayLength() == 0) return false;
        foreach (var input in inputs.EnumerateArray())
        {
            if (input.ValueKind != JsonValueKind.Object
                || !JsonText.TryGetProperty(input, "name"u8, out _)
                || !JsonText.TryGetProperty(input, "shape"u8, out _)
                || !JsonText.TryGetProperty(input, "datatype"u8, out _)) return false;
        }

        return true;
    }

    /// <summary>Reads a body. Keys that the protocol does not know are passed over.</summary>
    /// <param name="body">The body's JSON value.</param>
    /// <param name="model">The model's name, for messages.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a field is missing or not what the protocol says.
    /// <see cref="ServingErrorKind.InvalidInput"/>: a tensor's data does not fit its own shape and datatype.
    /// </exception>
    public static OpenInferenceRequest Read(JsonElement body, string model)
    {
        var fields = new OpenInferenceFields(model);
        fields.Require(body, JsonValueKind.Object, "body");
        var id = fields.Optional(body, "id"u8, JsonValueKind.String, "id");
        return new OpenInferenceRequest
        {
            Id = id is null ? null : fields.Text(id.Value, "id"),
            Parameters = fields.Optional(body, "parameters"u8, JsonValueKind.Object, "parameters"),
            Inputs = ReadInputs(fields, fields.Required(body, "inputs"u8, JsonValueKind.Array, "inputs")),
            Outputs = ReadOutputs(fields, fields.Optional(body, "outputs"u8, JsonValueKind.Array, "outputs")),
        };
    }

    private static NamedTensor[] ReadInputs(OpenInferenceFields fields, JsonElement inputs)
    {
        var tensors = new NamedTensor[inputs.GetArrayLength()];
        var at = 0;
        foreach (var input in inputs.EnumerateArray()) tensors[at] = OpenInferenceTensor.Read(fields, input, $"inputs[{at++}]");
        return tensors;
    }

    private static OpenInferenceOutput[] ReadOutputs(OpenInferenceFields fields, JsonElement? outputs)
    {
        if (outputs is null) return [];
        var wanted = new OpenInferenceOutput[outputs.Value.GetArrayLength()];
        var at = 0;
        foreach (var output in outputs.Value.EnumerateArray())
        {
            var field = $"outputs[{at}]";
            fields.Require(output, JsonValueKind.Object, field);
            var name = fields.Text(fields.Required(output, "name"u8, JsonValueKind.String, field + ".name"), field + ".name");
            var parameters = fields.Optional(output, "parameters"u8, JsonValueKind.Object, field + ".parameters");
            wanted[at++] = new OpenInferenceOutput(name, parameters);
        }

        return wanted;
    }
}
