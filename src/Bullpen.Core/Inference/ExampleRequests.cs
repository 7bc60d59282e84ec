using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inference;

/// <summary>
/// Small requests to one model, each a whole body that can be sent as it is, in the words of the Open Inference Protocol and of
/// TensorFlow Serving. A picture is pixels in the former and {"b64"} in the latter.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="make">Makes what the model is given, or null where that is too much to show; asked once somebody looks.</param>
public sealed class ExampleRequests(ModelDescription model, Func<IReadOnlyList<NamedTensor>?> make)
{
    private readonly InputKind _kind = InputKinds.Of(model);

    // JSON has no way to write a string that is no text; base64 is not what a reader of an example looks for.
    private readonly Lazy<IReadOnlyList<NamedTensor>?> _made = new(() =>
        make() is { } tensors && tensors.All(tensor => TensorJson.FirstNotUtf8(tensor.Value) is null) ? tensors : null);

    private IReadOnlyList<NamedTensor>? Tensors => _made.Value;

    private bool IsPicture => _kind == InputKind.Image;

    private int? Rows => IsPicture ? 1 : Tensors is null ? null : BatchAxis.RowsOf(model, _kind, Tensors);

    /// <summary>True where <see cref="WriteOpenInference"/> has something to write.</summary>
    public bool HasOpenInference => Tensors is not null;

    /// <summary>True where <see cref="WriteGenerate"/> has something to write: where flat lists have one shape only, that of the example.</summary>
    public bool HasGenerate => Tensors is { Count: > 0 } && Tensors.All(tensor => model.Signature.Inputs.Any(input =>
        input.Name == tensor.Name && GenerateRequest.ShapeOf(input, tensor.Value.Shape.ElementCount) == tensor.Value.Shape));

    /// <summary>True where <see cref="WriteColumns"/> has something to write: nested arrays tell no shape that holds nothing.</summary>
    public bool HasColumns => IsPicture || Tensors?.All(tensor => tensor.Value.Shape.ElementCount > 0) == true;

    /// <summary>True where the inputs, and as far as the signature tells the outputs, have rows.</summary>
    public bool HasRows => Rows is > 0 && HasColumns && model.Signature.Outputs.All(output =>
        output.Shape.Rank > 0 && (output.Shape[0] == TensorShape.Dynamic || output.Shape[0] == Rows));

    /// <summary>True where rows of features give labels with scores.</summary>
    public bool HasClasses => HasRows && PredictionReader.GivesClasses(model);

    /// <summary>True where rows of features give a number each.</summary>
    public bool HasNumbers => HasRows && PredictionReader.GivesNumbers(model);

    /// <summary>Writes <c>{"inputs": [{"name", "shape", "datatype", "data"}]}</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no such example.</exception>
    public void WriteOpenInference(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("inputs"u8);
        foreach (var (name, value, _) in Required())
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteStartArray("shape"u8);
            foreach (var dimension in value.Shape.Dimensions) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteString("datatype"u8, OpenInferenceTypes.NameOf(value.Type));
            json.WriteStartArray("data"u8);
            new TensorJson(value, FloatStyle.AsNull).WriteRun(json, 0, (int)value.Shape.ElementCount);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes Triton's generate request, <c>{INPUT: [value, …], …}</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no such example.</exception>
    public void WriteGenerate(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value, _) in Required())
        {
            json.WriteStartArray(name);
            new TensorJson(value, FloatStyle.AsNull).WriteRun(json, 0, (int)value.Shape.ElementCount);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes TensorFlow Serving's <c>{"inputs": …}</c>, every input by its name.</summary>
    /// <exception cref="InvalidOperationException">There is no such example.</exception>
    public void WriteColumns(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("inputs"u8);
        if (IsPicture)
        {
            json.WritePropertyName(model.Signature.Inputs[0].Name);
            WritePicture(json);
        }
        else
        {
            foreach (var (name, value, _) in Required())
            {
                json.WritePropertyName(name);
                new TensorJson(value, FloatStyle.AsNull).WriteNested(json, 0, value.Shape.Dimensions);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes TensorFlow Serving's <c>{"instances": […]}</c>: of one input its values, of several an object a row.</summary>
    /// <exception cref="InvalidOperationException">There is no such example.</exception>
    public void WriteRows(Utf8JsonWriter json) => WriteRows(json, "instances", isNamed: model.Signature.Inputs.Count > 1);

    /// <summary>Writes TensorFlow Serving's <c>{"examples": […]}</c> of classify and regress: an object a row.</summary>
    /// <exception cref="InvalidOperationException">There is no such example.</exception>
    public void WriteExamples(Utf8JsonWriter json) => WriteRows(json, "examples", isNamed: true);

    private void WriteRows(Utf8JsonWriter json, string key, bool isNamed)
    {
        json.WriteStartObject();
        json.WriteStartArray(key);
        for (var row = 0; row < Rows; row++)
        {
            if (isNamed) json.WriteStartObject();
            if (IsPicture)
            {
                if (isNamed) json.WritePropertyName(model.Signature.Inputs[0].Name);
                WritePicture(json);
            }
            else
            {
                foreach (var (name, value, _) in Required())
                {
                    if (isNamed) json.WritePropertyName(name);
                    new TensorJson(value, FloatStyle.AsNull).WriteRow(json, row);
                }
            }

            if (isNamed) json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePicture(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("b64"u8, ExampleValues.PictureBase64);
        json.WriteEndObject();
    }

    private IReadOnlyList<NamedTensor> Required() => Tensors ?? throw new InvalidOperationException($"There is no example of model {model.Name} to write.");
}
