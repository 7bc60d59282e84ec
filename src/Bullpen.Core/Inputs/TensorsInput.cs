using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// Any model: takes nested arrays by input name, {name: value, …}; one example an element, [{name: value, …}, …]; or,
/// where there is one input, its value alone.
/// </summary>
internal sealed class TensorsInput(ModelDescription model, bool isStrict) : ModelInput(model, isStrict)
{
    protected override string Expected => $"an object of the inputs {string.Join(", ", Model.Signature.Inputs.Select(input => input.Name))}";

    public override BoundInputs BindJson(JsonElement value)
    {
        if (IsObject(value)) return BindObject(value);
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && IsObject(value[0]))
            return BindExamples(value);
        if (Model.Signature.Inputs is not [var only]) throw Unfit(JsonText.Describe(value));
        var (tensor, isSingle) = Bind(only, NestedArray.Read(Model.Name, only.Name, only.Type, value, Reading));
        return ToInputs([tensor], isSingle);
    }

    public override void WriteExample(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var input in Model.Signature.Inputs)
        {
            json.WritePropertyName(input.Name);
            ExampleValues.Write(json, input.Type, input.Shape.Dimensions);
        }

        json.WriteEndObject();
    }

    // {"b64": …} is a value, and no object of inputs.
    private static bool IsObject(JsonElement value) => value.ValueKind == JsonValueKind.Object && !BinaryValue.IsMatch(value);

    private BoundInputs BindObject(JsonElement value)
    {
        var tensors = new List<NamedTensor>(Model.Signature.Inputs.Count);
        var isSingle = true;
        foreach (var property in value.EnumerateObject())
        {
            var input = FindInput(JsonText.NameOf(property));
            var (tensor, isExample) = Bind(input, NestedArray.Read(Model.Name, input.Name, input.Type, property.Value, Reading));
            tensors.Add(tensor);
            isSingle &= isExample;
        }

        return ToInputs(tensors, isSingle && tensors.Count > 0);
    }

    private BoundInputs BindExamples(JsonElement examples)
    {
        var inputs = Model.Signature.Inputs;
        var rows = inputs.ToDictionary(input => input.Name, _ => new List<JsonElement>(examples.GetArrayLength()));
        var row = 0;
        foreach (var example in examples.EnumerateArray())
        {
            if (example.ValueKind != JsonValueKind.Object) throw Unfit($"{JsonText.Describe(example)} at [{row}]");
            foreach (var property in example.EnumerateObject()) rows[FindInput(JsonText.NameOf(property)).Name].Add(property.Value);
            row++;
            if (rows.FirstOrDefault(input => input.Value.Count != row) is { Key: { } name } uneven)
                throw ServingException.InvalidInput(Model.Name, name, "one value in each example", $"{uneven.Value.Count} in the first {row}");
        }

        var stacked = inputs.Select(input => NestedArray.Stack(Model.Name, input.Name, input.Type, rows[input.Name], Reading));
        return ToInputs([.. inputs.Zip(stacked, (input, values) => Bind(input, values).Tensor)], isSingle: false);
    }

    private TensorSpec FindInput(string name) =>
        Model.Signature.FindInput(name)
        ?? throw ServingException.InvalidInput(Model.Name, JsonText.Quotable(name), Expected, "an unknown input");

    private static (NamedTensor Tensor, bool IsSingle) Bind(TensorSpec input, NestedArray values)
    {
        var (shape, isSingle) = ShapeFit.Fit(input.Shape, values.Shape);
        return (new NamedTensor(input.Name, values.Buffer.ToTensor(shape)), isSingle);
    }

    private BoundInputs ToInputs(IReadOnlyList<NamedTensor> tensors, bool isSingle) =>
        new(tensors, BatchAxis.RowsOf(Model, InputKind.Tensors, tensors), isSingle);
}
