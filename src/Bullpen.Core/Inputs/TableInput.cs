using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Inputs.Tables;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// A model whose inputs are columns, or one matrix: takes tables, see <see cref="TableJson"/> and
/// <see cref="CsvTable"/>.
/// </summary>
internal sealed class TableInput(ModelDescription model, bool isStrict) : ModelInput(model, isStrict)
{
    private readonly TableSchema _schema = TableSchemas.Of(model, isStrict);

    protected override string Expected => $"a table as JSON or CSV with the columns {_schema.Listing}";

    public override bool Knows(string name) => base.Knows(name) || _schema.Find(name) >= 0;

    public override BoundInputs BindJson(JsonElement value) => IsNamedRows(value) ? BindNamedRows(value) : TableJson.Read(_schema, value);

    /// <summary>
    /// As many rows as the model takes at once, one where a request decides: each as a record or, where nobody named the columns, as a
    /// list of values; one value where nobody counted them.
    /// </summary>
    public override void WriteExample(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var row = ExampleValues.RowsOf(_schema.Inputs[0]); row > 0; row--) WriteExampleRow(json);
        json.WriteEndArray();
    }

    public override BoundInputs BindCsv(string text) => CsvTable.Read(_schema, text);

    private void WriteExampleRow(Utf8JsonWriter json)
    {
        if (_schema.IsNamed) json.WriteStartObject();
        else json.WriteStartArray();
        for (var column = 0; column < (_schema.Width ?? 1); column++)
        {
            if (_schema.IsNamed) json.WritePropertyName(_schema.NameOf(column));
            ExampleValues.Write(json, _schema.TypeOf(column));
        }

        if (_schema.IsNamed) json.WriteEndObject();
        else json.WriteEndArray();
    }

    // [{input name: [value, …]}, …]: rows of the one matrix, each under its name.
    private bool IsNamedRows(JsonElement value) =>
        _schema.IsMatrix && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        && value[0].ValueKind == JsonValueKind.Object && value[0].GetPropertyCount() == 1 && value[0].EnumerateObject().First() is var only
        && JsonText.NameOf(only) == MainField && _schema.Find(MainField) < 0 && only.Value.ValueKind == JsonValueKind.Array;

    private BoundInputs BindNamedRows(JsonElement value)
    {
        var input = _schema.Inputs[0];
        var rows = new List<JsonElement>(value.GetArrayLength());
        foreach (var row in value.EnumerateArray())
        {
            var isRow = row.ValueKind == JsonValueKind.Object && row.GetPropertyCount() == 1;
            var only = isRow ? row.EnumerateObject().First() : default;
            if (!isRow || JsonText.NameOf(only) != input.Name) throw Unfit($"{JsonText.Describe(row)} at [{rows.Count}] without just {input.Name}");
            rows.Add(only.Value);
        }

        var values = NestedArray.Stack(Model.Name, input.Name, input.Type, rows, Reading);
        return new BoundInputs([new NamedTensor(input.Name, values.Buffer.ToTensor(values.Shape))], rows.Count, IsSingle: false);
    }
}
