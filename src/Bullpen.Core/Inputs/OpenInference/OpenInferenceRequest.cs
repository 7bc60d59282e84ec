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

    /// <summary>True where outputs that do not say otherwise are wanted in binary: the parameter <c>binary_data_output</c>.</summary>
    public bool WantsBinary { get; init; }

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
    /// <param name="binary">What follows the JSON: the data of the tensors with a <c>binary_data_size</c>, one after the other.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a field is missing or not what the protocol says.
    /// <see cref="ServingErrorKind.InvalidInput"/>: a tensor's data does not fit its own shape and datatype.
    /// <see cref="ServingErrorKind.NotSupported"/>: a parameter asks for shared memory, or belongs to a sequence.
    /// </exception>
    public static OpenInferenceRequest Read(JsonElement body, string model, ReadOnlyMemory<byte> binary = default)
    {
        var fields = new OpenInferenceFields(model);
        fields.Require(body, JsonValueKind.Object, "body");
        var id = fields.Optional(body, "id"u8, JsonValueKind.String, "id");
        var parameters = new OpenInferenceParameters(fields, body, "");
        parameters.RefuseSequence();
        var section = new BinarySection(binary);
        var request = new OpenInferenceRequest
        {
            Id = id is null ? null : fields.Text(id.Value, "id"),
            Parameters = parameters.Value,
            WantsBinary = parameters.Flag("binary_data_output") ?? false,
            Inputs = ReadInputs(fields, fields.Required(body, "inputs"u8, JsonValueKind.Array, "inputs"), section),
            Outputs = ReadOutputs(fields, fields.Optional(body, "outputs"u8, JsonValueKind.Array, "outputs")),
        };
        if (section.Left == 0) return request;
        throw fields.Invalid("body", "as many bytes after the JSON as the inputs' binary_data_size say", $"{section.Left} more");
    }

    private static int CountOf(OpenInferenceFields fields, JsonElement tensors, string field) =>
        tensors.GetArrayLength() is var count && count <= TensorLimits.MaxTensors
            ? count
            : throw fields.Invalid(field, $"at most {TensorLimits.MaxTensors}", $"{count}");

    private static NamedTensor[] ReadInputs(OpenInferenceFields fields, JsonElement inputs, BinarySection binary)
    {
        var tensors = new NamedTensor[CountOf(fields, inputs, "inputs")];
        var at = 0;
        foreach (var input in inputs.EnumerateArray()) tensors[at] = OpenInferenceTensor.Read(fields, input, $"inputs[{at++}]", binary);
        return tensors;
    }

    private static OpenInferenceOutput[] ReadOutputs(OpenInferenceFields fields, JsonElement? outputs)
    {
        if (outputs is null) return [];
        var wanted = new OpenInferenceOutput[CountOf(fields, outputs.Value, "outputs")];
        var at = 0;
        foreach (var output in outputs.Value.EnumerateArray())
        {
            var field = $"outputs[{at}]";
            fields.Require(output, JsonValueKind.Object, field);
            var name = fields.Text(fields.Required(output, "name"u8, JsonValueKind.String, field + ".name"), field + ".name");
            var parameters = new OpenInferenceParameters(fields, output, field);
            parameters.RefuseSharedMemory();
            wanted[at++] = new OpenInferenceOutput(name, parameters.Value)
            {
                IsBinary = parameters.Flag("binary_data"),
                Classes = (int)Math.Min(int.MaxValue, parameters.Whole("classification", 1) ?? 0),
            };
        }

        return wanted;
    }
}
