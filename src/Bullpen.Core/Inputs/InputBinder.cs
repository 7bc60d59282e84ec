using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// Turns what a request's body said into a model's inputs. Every kind of model also takes an Open Inference body, and an
/// object keyed by the names of its inputs. What is bound still has to pass <see cref="InputValidator"/>.
/// May be used by many threads at once.
/// </summary>
/// <param name="decoder">Decodes images.</param>
/// <param name="data">The folder that paths in requests are relative to.</param>
/// <param name="options">Limits.</param>
public sealed class InputBinder(IImageDecoder decoder, DataFolder data, InputOptions options)
{
    // What is told from a signature is told once a description, and forgotten with it.
    private readonly ConditionalWeakTable<ModelDescription, ModelInput> _inputs = [];
    private readonly ConditionalWeakTable<ModelDescription, ModelInput> _strict = [];
    private readonly ConditionalWeakTable<ModelDescription, ModelInput> _columns = [];

    /// <summary>Binds a request's data to a model.</summary>
    /// <param name="payload">What came.</param>
    /// <param name="model">The model; fastest where each request of a loaded model brings the same instance.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidInput"/>: the data does not fit the model, names, types or shapes.
    /// <see cref="ServingErrorKind.InvalidRequest"/>: an Open Inference body is not what its protocol says.
    /// <see cref="ServingErrorKind.NotSupported"/>: it asks for what that protocol knows and this server has not.
    /// <see cref="ServingErrorKind.TooLarge"/>: more or larger images than the limits allow.
    /// <see cref="ServingErrorKind.InvalidModel"/>: the manifest declares a kind of input that the model's inputs contradict.
    /// </exception>
    public BoundInputs Bind(InputPayload payload, ModelDescription model)
    {
        switch (payload)
        {
            case TensorsPayload tensors:
                return Bind(model, tensors.Tensors);
            case JsonPayload json when OpenInferenceRequest.IsMatch(json.Value):
                var request = OpenInferenceRequest.Read(json.Value, model.Name);
                return Bind(model, request);
            case OpenInferencePayload body:
                return Bind(model, OpenInferenceRequest.Read(body.Body, model.Name, body.Binary));
            case GeneratePayload generate:
                return Bind(model, GenerateRequest.Read(model, generate.Body));
            case RawPayload raw:
                return Bind(model, RawInput.Read(model, raw.Data));
        }

        if (payload is TensorFlowPayload { Request: var asked }) return Bind(model, asked);
        var input = _inputs.GetValue(model, Create);
        return payload switch
        {
            JsonPayload json => input.BindJson(Envelope.Open(json.Value, input)),
            TextPayload text => input.BindText(text.Text),
            CsvPayload csv => input.BindCsv(csv.Text),
            ImagePayload image => input.BindImage(image.Encoded),
            _ => throw new ArgumentException($"{payload.GetType().Name} is not a payload that can be bound.", nameof(payload)),
        };
    }

    /// <summary>
    /// A small request to the model as JSON, which can be sent as it is: the first input of its warm-up, else one that fits its
    /// inputs. Null where that would be larger than <see cref="ExampleValues.MaxElements"/> values.
    /// </summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidModel"/>: the manifest contradicts the model's inputs.</exception>
    public string? ExampleOf(ModelDescription model)
    {
        if (model.Definition.Manifest.WarmUp is [var first, ..]) return first.GetRawText();
        // A picture is written as one string, whatever its size.
        if (InputKinds.Of(model) != InputKind.Image && model.Signature.Inputs.Sum(ExampleValues.CountIn) > ExampleValues.MaxElements) return null;
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text)) _inputs.GetValue(model, Create).WriteExample(json);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>
    /// The tensors of a small request: of the first input of its warm-up, else values that fit its inputs. Null where that would be
    /// more than <see cref="ExampleValues.MaxElements"/> values.
    /// </summary>
    public IReadOnlyList<NamedTensor>? ExampleTensorsOf(ModelDescription model)
    {
        if (model.Definition.Manifest.WarmUp is [var first, ..])
        {
            var bound = Bind(new JsonPayload(first), model).Tensors;
            return bound.Sum(tensor => tensor.Value.Shape.ElementCount) <= ExampleValues.MaxElements ? bound : null;
        }

        var inputs = model.Signature.Inputs;
        var kind = InputKinds.Of(model);
        const int side = 8;
        if (inputs.Sum(ExampleValues.CountIn) * (kind == InputKind.Image ? side * side : 1) > ExampleValues.MaxElements) return null;
        return
        [
            .. inputs.Select(input => new NamedTensor(
                input.Name, ExampleValues.TensorFor(input, kind == InputKind.Text ? ExampleValues.Text : "example", kind == InputKind.Image ? side : null))),
        ];
    }

    private static BoundInputs Bind(ModelDescription model, OpenInferenceRequest request) => Bind(model, request.Inputs) with { OpenInference = request };

    /// <summary>Several inputs in the column format are tensors by name, whatever their table would look like: their lengths may differ.</summary>
    private BoundInputs Bind(ModelDescription model, TensorFlowRequest request)
    {
        if (request.Format == TensorFlowFormat.Rows || model.Signature.Inputs.Count == 1)
            return request.Check(model, _strict.GetValue(model, CreateStrict).BindJson(request.Data));
        request.RequireNames(model);
        return _columns.GetValue(model, static described => new TensorsInput(described, isStrict: true)).BindJson(request.Data);
    }

    private static BoundInputs Bind(ModelDescription model, IReadOnlyList<NamedTensor> tensors) =>
        new(tensors, BatchAxis.RowsOf(model, InputKinds.Of(model), tensors), IsSingle: false);

    private ModelInput Create(ModelDescription model) => Create(model, isStrict: false);

    private ModelInput CreateStrict(ModelDescription model) => Create(model, isStrict: true);

    private ModelInput Create(ModelDescription model, bool isStrict) => InputKinds.Of(model) switch
    {
        InputKind.Text => new TextInput(model, isStrict),
        InputKind.Table => new TableInput(model, isStrict),
        InputKind.Image => new ImageInput(model, isStrict, new ImageReader(decoder, data, options), options),
        InputKind.Tensors => new TensorsInput(model, isStrict),
        var kind => throw new InvalidOperationException($"No input is made for the kind {kind}."),
    };
}
