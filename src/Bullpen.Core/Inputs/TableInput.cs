using System.Text.Json;
using Bullpen.Core.Inputs.Tables;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Inputs;

/// <summary>
/// A model whose inputs are columns, or one matrix: takes tables, see <see cref="TableJson"/> and
/// <see cref="CsvTable"/>.
/// </summary>
internal sealed class TableInput(ModelDescription model) : ModelInput(model)
{
    private readonly TableSchema _schema = TableSchemas.Of(model);

    protected override string Expected => $"a table as JSON or CSV with the columns {_schema.Listing}";

    public override bool Knows(string name) => base.Knows(name) || _schema.Find(name) >= 0;

    public override BoundInputs BindJson(JsonElement value) => TableJson.Read(_schema, value);

    /// <summary>A row as a record or, where nobody named the columns, as a list of values; one value where nobody counted them.</summary>
    public override void WriteExample(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        if (_schema.IsNamed) json.WriteStartObject();
        else json.WriteStartArray();
        for (var column = 0; column < (_schema.Width ?? 1); column++)
        {
            if (_schema.IsNamed) json.WritePropertyName(_schema.NameOf(column));
            ExampleValues.Write(json, _schema.TypeOf(column));
        }

        if (_schema.IsNamed) json.WriteEndObject();
        else json.WriteEndArray();
        json.WriteEndArray();
    }

    public override BoundInputs BindCsv(string text) => CsvTable.Read(_schema, text);
}
