using System.Text.Json;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.TensorFlow;

/// <summary>
/// The JSON body of a request of TensorFlow Serving's REST interface, which is also KServe's V1 protocol
/// (tensorflow_serving/g3doc/api_rest.md; tensorflow_serving/util/json_tensor.cc where that says more).
/// </summary>
/// <param name="Format">The format, which is also the answer's.</param>
/// <param name="Data">
/// The value of <c>instances</c> (an array, not empty) or of <c>inputs</c>, or the examples as such rows; alive as long as the body's
/// document, or by itself.
/// </param>
public sealed record TensorFlowRequest(TensorFlowFormat Format, JsonElement Data)
{
    /// <summary>The one signature that a model has.</summary>
    public const string Signature = "serving_default";

    /// <summary>Reads the body of <c>:predict</c>. Keys that the protocol does not know are passed over.</summary>
    /// <param name="body">The body's JSON value.</param>
    /// <param name="model">The model's name, for messages.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it is not what the protocol says.</exception>
    public static TensorFlowRequest ReadPredict(JsonElement body, string model)
    {
        RequireSignature(body, model);
        var isRows = JsonText.TryGetProperty(body, "instances"u8, out var instances);
        var isColumns = JsonText.TryGetProperty(body, "inputs"u8, out var inputs);
        if (isRows && isColumns) throw Invalid(model, "instances", "one of 'instances' and 'inputs'", "both");
        if (isColumns) return new TensorFlowRequest(TensorFlowFormat.Columns, inputs);
        if (!isRows) throw Invalid(model, "instances", "'instances' or 'inputs'", "neither");
        return new TensorFlowRequest(TensorFlowFormat.Rows, RequireItems(instances, model, "instances"));
    }

    /// <summary>
    /// Reads the body of <c>:classify</c> or <c>:regress</c>: <c>examples</c>, each an object of features, which with those of
    /// <c>context</c> that it does not give itself is a row.
    /// </summary>
    /// <param name="body">The body's JSON value.</param>
    /// <param name="model">The model's name, for messages.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: it is not what the protocol says. <see cref="ServingErrorKind.TooLarge"/>: the
    /// context, repeated for each example, adds more than <see cref="ExampleRows.MaxBytes"/>.
    /// </exception>
    public static TensorFlowRequest ReadExamples(JsonElement body, string model)
    {
        RequireSignature(body, model);
        if (!JsonText.TryGetProperty(body, "examples"u8, out var examples)) throw Invalid(model, "examples", "'examples'", "nothing");
        RequireItems(examples, model, "examples");
        var at = 0;
        foreach (var example in examples.EnumerateArray()) RequireObject(example, model, $"examples[{at++}]");
        if (!JsonText.TryGetProperty(body, "context"u8, out var context))
            return new TensorFlowRequest(TensorFlowFormat.Rows, ExampleRows.Join(examples, context: null, model));
        RequireObject(context, model, "context");
        return new TensorFlowRequest(TensorFlowFormat.Rows, ExampleRows.Join(examples, context, model));
    }

    /// <summary>Refuses what was bound to another number of rows than there are instances, so that each prediction belongs to one.</summary>
    internal BoundInputs Check(ModelDescription model, BoundInputs bound)
    {
        if (Format == TensorFlowFormat.Columns) return bound;
        var count = Data.GetArrayLength();
        // One picture, which has no axis of rows.
        if (bound.Rows is null && count == 1 && InputKinds.Of(model) == InputKind.Image) return bound;
        foreach (var (name, value, _) in bound.Tensors)
        {
            if (value.Shape.Rank > 0 && value.Shape[0] == count) continue;
            var shape = model.Signature.FindInput(name) is { } input ? $"{ElementTypes.NameOf(input.Type)}{input.Shape}" : "the input";
            throw ServingException.InvalidInput(
                model.Name, name, $"{shape} with one row an instance (a value without rows goes by 'inputs')", $"{count} instances that make {value}");
        }

        return bound;
    }

    /// <summary>Refuses <c>inputs</c> that are not an object by name, which only a model of one input takes.</summary>
    internal void RequireNames(ModelDescription model)
    {
        if (Data.ValueKind == JsonValueKind.Object && !BinaryValue.IsMatch(Data)) return;
        var names = string.Join(", ", model.Signature.Inputs.Select(input => input.Name));
        throw Invalid(model.Name, "inputs", $"an object of the inputs {names}, as the model has several", JsonText.Describe(Data));
    }

    /// <summary>A body that is not what the protocol says.</summary>
    internal static ServingException Invalid(string model, string field, string expected, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"Model {model}, field {field}: expected {expected}, got {actual}.")
        {
            Model = model,
            Field = field,
            Expected = expected,
            Actual = actual,
        };

    private static void RequireSignature(JsonElement body, string model)
    {
        RequireObject(body, model, "body");
        if (!JsonText.TryGetProperty(body, "signature_name"u8, out var signature)) return;
        const string expected = $"'{Signature}', the one signature that a model has here";
        if (JsonText.TryGetText(signature) is not { } name) throw Invalid(model, "signature_name", expected, JsonText.DescribeValue(signature));
        // Empty is what a client sends that never set it.
        if (name is not (Signature or "")) throw UnknownSignature(model, JsonText.Quotable(name), expected);
    }

    /// <summary>Begins with the words of tensorflow_serving/model_servers/http_rest_api_handler.cc, GetInfoMap.</summary>
    private static ServingException UnknownSignature(string model, string name, string expected) =>
        new(ServingErrorKind.InvalidRequest, $"Serving signature name: \"{name}\" not found in signature def: model {model} expects {expected}.")
        {
            Model = model,
            Field = "signature_name",
            Expected = expected,
            Actual = $"'{name}'",
        };

    private static void RequireObject(JsonElement value, string model, string field)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Invalid(model, field, "an object", JsonText.Describe(value));
    }

    private static JsonElement RequireItems(JsonElement value, string model, string field)
    {
        if (value.ValueKind != JsonValueKind.Array) throw Invalid(model, field, "an array", JsonText.Describe(value));
        return value.GetArrayLength() > 0 ? value : throw Invalid(model, field, "at least one element", "an empty array");
    }
}
