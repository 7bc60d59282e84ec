using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using FsCheck;
using FsCheck.Fluent;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>Any table, written in any of pandas' orientations or as CSV, is the same table.</summary>
public sealed class TableOrientationProperties
{
    private static readonly string[] Names = ["a", "b", "größe", "with space", "with \"quote\"", "comma,name", "text"];
    private static readonly string[] Texts = ["", "x", "two words", "a,b", "say \"hi\"", "line\nbreak", "naïve 😀", "NaN", "1.5", " lead"];
    private static readonly float[] Numbers = [0, -1, 1.5f, 1e-10f, 3.4e38f, 16777217f, 0.1f, -1e-45f, float.NaN];

    private static readonly Gen<Table> Tables =
        from width in Gen.Choose(1, Names.Length)
        from names in Gen.Shuffle(Names)
        from isText in Gen.Elements(true, false).ArrayOf(width)
        from rows in Gen.Choose(1, 6)
        from numbers in Gen.Elements(Numbers).ArrayOf(width * rows)
        from texts in Gen.Elements(Texts).ArrayOf(width * rows)
        from keys in Gen.Shuffle(Enumerable.Range(0, 2 * rows))
        from order in Gen.Shuffle(Enumerable.Range(0, width))
        select new Table(names[..width], isText, rows, numbers, texts, [.. keys[..rows].Select(key => $"k{key}")], order);

    [Fact]
    public void Every_orientation_of_a_table_binds_to_the_same_tensors() =>
        Prop.ForAll(Tables.ToArbitrary(), table =>
        {
            var model = table.Model();
            var expected = table.Tensors();
            foreach (var (orientation, json) in table.Orientations())
                Show(BindJson(model, json.ToJsonString())).ShouldBe(expected, orientation);
            Show(BindCsv(model, table.Csv("\n"))).ShouldBe(expected, "csv");
            Show(BindCsv(model, table.Csv("\r\n"))).ShouldBe(expected, "csv, CRLF");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_matrix_and_its_rows_hold_the_same_numbers() =>
        Prop.ForAll(Tables.ToArbitrary(), table =>
        {
            var numbers = table with { IsText = new bool[table.Names.Length] };
            var model = Matrix(table.Names.Length, table.Names);
            var expected = Show(BindJson(model, numbers.Orientations()["records"].ToJsonString()));
            foreach (var (orientation, json) in numbers.Orientations())
                Show(BindJson(model, json.ToJsonString())).ShouldBe(expected, orientation);
            Show(BindCsv(model, numbers.Csv("\n"))).ShouldBe(expected, "csv");
        }).QuickCheckThrowOnFailure();

    /// <summary>A table with its columns in the model's order; <paramref name="Order"/> is that in which a request gives them.</summary>
    private sealed record Table(string[] Names, bool[] IsText, int Rows, float[] Numbers, string[] Texts, string[] Keys, int[] Order)
    {
        public ModelDescription Model() => Samples.Model(
            "table", [.. Names.Select((name, i) => Spec(name, IsText[i] ? ElementType.String : ElementType.Float32, -1, 1))], [],
            manifest: new ModelManifest { Input = InputKind.Table });

        public string Tensors() => Show(new BoundInputs(
            [.. Names.Select((name, i) => new NamedTensor(name, IsText[i]
                ? Tensor.FromStrings(new TensorShape(Rows, 1), Column(Texts, i))
                : Tensor.FromValues(ElementType.Float32, new TensorShape(Rows, 1), Column(Numbers, i).ToArray())))],
            Rows, IsSingle: false));

        public Dictionary<string, JsonNode> Orientations() => new()
        {
            ["columns"] = Object(Order, c => Names[c], c => Object(Enumerable.Range(0, Rows), r => Keys[r], r => Cell(r, c))),
            ["columns, rows shuffled"] = Object(Order, c => Names[c], c => Object(RowsSeenBy(c), r => Keys[r], r => Cell(r, c))),
            ["list"] = Object(Order, c => Names[c], c => Array(Enumerable.Range(0, Rows), r => Cell(r, c))),
            ["split"] = Split(),
            ["split in an envelope"] = new JsonObject { ["dataframe_split"] = Split() },
            ["records"] = Records(),
            ["records in an envelope"] = new JsonObject { ["instances"] = Records(), ["params"] = new JsonObject() },
            ["index"] = Object(Enumerable.Range(0, Rows), r => Keys[r], Record),
            ["values"] = Array(Enumerable.Range(0, Rows), r => Array(Enumerable.Range(0, Names.Length), c => Cell(r, c))),
            ["table"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["primaryKey"] = new JsonArray("index") },
                ["data"] = Array(Enumerable.Range(0, Rows), r =>
                {
                    var record = Record(r);
                    record.Insert(0, "index", r);
                    return record;
                }),
            },
        };

        public string Csv(string newLine) => string.Join(newLine,
        [
            string.Join(',', Order.Select(c => Quoted(Names[c]))),
            .. Enumerable.Range(0, Rows).Select(r => string.Join(',', Order.Select(c => IsText[c] ? Quoted(Texts[At(r, c)]) : Number(r, c)))),
        ]);

        private JsonObject Record(int row) => Object(Order, c => Names[c], c => Cell(row, c));

        private JsonArray Records() => Array(Enumerable.Range(0, Rows), Record);

        private JsonObject Split() => new()
        {
            ["columns"] = Array(Order, c => JsonValue.Create(Names[c])),
            ["data"] = Array(Enumerable.Range(0, Rows), r => Array(Order, c => Cell(r, c))),
        };

        // The first column's order counts: only the others may have another.
        private IEnumerable<int> RowsSeenBy(int column) =>
            column == Order[0] ? Enumerable.Range(0, Rows) : Enumerable.Range(0, Rows).Reverse();

        private JsonNode? Cell(int row, int column) =>
            IsText[column] ? JsonValue.Create(Texts[At(row, column)])
            : float.IsNaN(Numbers[At(row, column)]) ? null
            : JsonNode.Parse(JsonSerializer.Serialize(Numbers[At(row, column)]));

        private string Number(int row, int column) =>
            float.IsNaN(Numbers[At(row, column)]) ? "\"\"" : Numbers[At(row, column)].ToString("R", CultureInfo.InvariantCulture);

        private int At(int row, int column) => (row * Names.Length) + column;

        private IEnumerable<T> Column<T>(T[] cells, int column) => Enumerable.Range(0, Rows).Select(row => cells[At(row, column)]);

        private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";

        private static JsonArray Array(IEnumerable<int> items, Func<int, JsonNode?> value) => new([.. items.Select(value)]);

        private static JsonObject Object(IEnumerable<int> items, Func<int, string> key, Func<int, JsonNode?> value)
        {
            var made = new JsonObject();
            foreach (var item in items) made[key(item)] = value(item);
            return made;
        }
    }
}
