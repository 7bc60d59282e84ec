using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs.Tables;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// A model with one string input: takes a string, an array of strings, or either under the input's name; also a table
/// of that one column.
/// </summary>
internal sealed class TextInput : ModelInput
{
    private readonly TensorSpec _input;
    private readonly TableSchema _table;

    public TextInput(ModelDescription model, bool isStrict)
        : base(model, isStrict)
    {
        if (model.Signature.Inputs is not [{ Type: ElementType.String } input] || !InputKinds.IsColumn(input))
        {
            throw new ServingException(
                ServingErrorKind.InvalidModel, $"Model {model.Name} is declared to take text, but has not one string input [N] or [N,1].")
            {
                Model = model.Name,
            };
        }

        _input = input;
        _table = new TableSchema(model.Name, model.Signature.Inputs, isMatrix: false, [input.Name], isStrict);
    }

    protected override string Expected => "a string or an array of strings";

    public override BoundInputs BindJson(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String || BinaryValue.IsMatch(value)) return Bind([BytesOf(value, "")], isSingle: true);
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when value.GetArrayLength() == 0:
                throw ServingException.InvalidInput(Model.Name, _input.Name, "at least one string", "an empty array");
            case JsonValueKind.Array when value[0].ValueKind != JsonValueKind.Object || BinaryValue.IsMatch(value[0]):
                return BindArray(value);
            case JsonValueKind.Object when value.GetPropertyCount() == 1 && value.EnumerateObject().First() is var only
                && JsonText.NameOf(only) == _input.Name && (only.Value.ValueKind != JsonValueKind.Object || BinaryValue.IsMatch(only.Value)):
                return BindJson(only.Value);
            case JsonValueKind.Array or JsonValueKind.Object:
                return TableJson.Read(_table, value);
            default:
                throw Unfit(JsonText.Describe(value));
        }
    }

    public override BoundInputs BindText(string text) => Bind([Encoding.UTF8.GetBytes(text)], isSingle: true);

    public override BoundInputs BindCsv(string text) => CsvTable.Read(_table, text);

    public override void WriteExample(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var row = ExampleValues.RowsOf(_input); row > 0; row--) json.WriteStringValue(ExampleValues.Text);
        json.WriteEndArray();
    }

    private BoundInputs BindArray(JsonElement array)
    {
        var strings = new ReadOnlyMemory<byte>[array.GetArrayLength()];
        var at = 0;
        foreach (var element in array.EnumerateArray())
        {
            // A column written as [N,1] has each string in an array of its own.
            var isWrapped = _input.Shape.Rank == 2 && element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 1;
            strings[at] = BytesOf(isWrapped ? element[0] : element, $" at [{at}]");
            at++;
        }

        return Bind(strings, isSingle: false);
    }

    private BoundInputs Bind(ReadOnlyMemory<byte>[] strings, bool isSingle)
    {
        var shape = _input.Shape.Rank == 1 ? new TensorShape(strings.Length) : new TensorShape(strings.Length, 1);
        return new BoundInputs([new NamedTensor(_input.Name, Tensor.FromStrings(shape, strings))], strings.Length, isSingle);
    }

    private byte[] BytesOf(JsonElement value, string where)
    {
        if (BinaryValue.TryRead(value, out var bytes)) return bytes;
        if (value.ValueKind != JsonValueKind.String) throw Unfit(JsonText.Describe(value) + where);
        return JsonText.TryGetUtf8(value, out var utf8) ? utf8.ToArray() : throw Unfit("a string that is not Unicode" + where);
    }
}
