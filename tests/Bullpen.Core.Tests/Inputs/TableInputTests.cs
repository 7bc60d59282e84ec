using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class TableInputTests
{
    private const string TwoRows = "a: float32[2,1] 1,2; b: string[2,1] x,y";

    private static readonly ModelDescription Mixed =
        Model("mixed", [Column("a"), Spec("b", ElementType.String, -1, 1)], []);

    [Theory]
    [InlineData("{\"a\":{\"0\":1,\"1\":2},\"b\":{\"0\":\"x\",\"1\":\"y\"}}")]
    [InlineData("{\"b\":{\"5\":\"x\",\"3\":\"y\"},\"a\":{\"3\":2,\"5\":1}}")]
    [InlineData("{\"a\":[1,2],\"b\":[\"x\",\"y\"]}")]
    [InlineData("{\"a\":[[1],[2]],\"b\":[[\"x\"],[\"y\"]]}")]
    [InlineData("{\"columns\":[\"b\",\"a\"],\"index\":[0,1],\"data\":[[\"x\",1],[\"y\",2]]}")]
    [InlineData("[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\",\"a\":2}]")]
    [InlineData("{\"r1\":{\"a\":1,\"b\":\"x\"},\"r2\":{\"a\":2,\"b\":\"y\"}}")]
    [InlineData("[[1,\"x\"],[2,\"y\"]]")]
    [InlineData("{\"schema\":{\"fields\":[],\"primaryKey\":[\"index\"]},\"data\":[{\"index\":0,\"a\":1,\"b\":\"x\"},{\"index\":1,\"a\":2,\"b\":\"y\"}]}")]
    [InlineData("{\"dataframe_split\":{\"columns\":[\"a\",\"b\"],\"data\":[[1,\"x\"],[2,\"y\"]]}}")]
    [InlineData("{\"dataframe_records\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":\"y\"}],\"params\":{}}")]
    [InlineData("{\"instances\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":\"y\"}]}")]
    [InlineData("{\"inputs\":{\"a\":[1,2],\"b\":[\"x\",\"y\"]}}")]
    [InlineData("{\"\\u0061\":[1,2],\"b\":[\"x\",\"y\"]}")]
    public void Every_orientation_binds_to_the_same_columns(string json)
    {
        var bound = BindJson(Mixed, json);
        Show(bound).ShouldBe(TwoRows);
        bound.Rows.ShouldBe(2);
        bound.IsSingle.ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":\"x\"}")]
    [InlineData("[1,\"x\"]")]
    public void One_record_is_one_example(string json)
    {
        var bound = BindJson(Mixed, json);
        Show(bound).ShouldBe("a: float32[1,1] 1; b: string[1,1] x");
        bound.Rows.ShouldBe(1);
        bound.IsSingle.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a,b\n1,x\n2,y\n")]
    [InlineData("\uFEFFb,a\r\nx,1\r\n\r\ny, 2 ")]
    [InlineData("\"a\",\"b\"\n\"1\",\"x\"\n2,\"y\"")]
    public void Csv_with_a_header_binds_to_the_same_columns(string csv) => Show(BindCsv(Mixed, csv)).ShouldBe(TwoRows);

    [Theory]
    [InlineData("{\"a\":[1,2],\"b\":[\"x\"]}", "b", "2 values, as column a has", "1")]
    [InlineData("{\"a\":[1,2]}", "b", "a value for every column", "none")]
    [InlineData("{\"a\":[1],\"b\":[\"x\"],\"c\":[1]}", "c", "only the columns a, b", "an unknown column")]
    [InlineData("{\"a\":[1],\"a\":[2],\"b\":[\"x\"]}", "a", "each column once", "the column twice")]
    [InlineData("{\"a\":[1],\"b\":5}", "b", "an array, as the first column has", "a number")]
    [InlineData("{\"a\":{\"0\":1,\"1\":2},\"b\":{\"0\":\"x\"}}", "b", "the rows of column a", "no row 1")]
    [InlineData("{\"a\":{\"0\":1},\"b\":{\"0\":\"x\",\"1\":\"y\"}}", "b", "the rows of column a", "the extra row 1")]
    [InlineData("{\"a\":{\"p\":1,\"q\":2},\"b\":{\"q\":\"x\",\"r\":\"y\"}}", "b", "the rows of column a", "the extra row r")]
    [InlineData("{\"a\":{\"0\":1,\"1\":2},\"b\":{\"1\":\"x\",\"1\":\"y\"}}", "b", "each row once", "the row 1 twice")]
    [InlineData("{\"a\":{\"0\":1,\"0\":2},\"b\":{\"0\":\"x\",\"0\":\"y\"}}", "a", "each row once", "the row 0 twice")]
    [InlineData("{\"a\":{},\"b\":{}}", "a", "at least one row", "none")]
    [InlineData("{\"a\":[],\"b\":[]}", "a", "at least one row", "none")]
    [InlineData("[]", "a", "at least one row", "an empty array")]
    [InlineData("{}", "a", "at least one row", "an empty object")]
    [InlineData("{\"columns\":[\"a\",\"b\"],\"data\":[]}", "a", "at least one row", "none")]
    [InlineData("{\"columns\":[\"a\",\"a\"],\"data\":[[1,2]]}", "a", "each column once", "the column twice")]
    [InlineData("{\"columns\":[\"a\"],\"data\":[[1]]}", "b", "a value for every column", "none")]
    [InlineData("[{\"a\":1,\"b\":\"x\"},{\"a\":2}]", "b", "a value for every column", "none in row 1")]
    [InlineData("[{\"a\":1,\"b\":\"x\",\"a\":2}]", "a", "one value", "two in row 0")]
    [InlineData("[{\"a\":1,\"b\":\"x\"},5]", "a", "an object with the columns a, b", "a number in row 1")]
    [InlineData("[[1,\"x\"],[2]]", "a", "an array of 2 values for the columns a, b", "1 values in row 1")]
    [InlineData("[[1,\"x\"],7]", "a", "an array of 2 values for the columns a, b", "a number in row 1")]
    [InlineData("{\"a\":[1,\"1.5\"],\"b\":[\"x\",\"y\"]}", "a", "a number", "a string in row 1")]
    [InlineData("{\"a\":[1,2],\"b\":[\"x\",3]}", "b", "a string", "the number 3 in row 1")]
    [InlineData("[{\"a\":[1,2],\"b\":\"x\"}]", "a", "a number", "an array in row 0")]
    [InlineData("5", "a", "a table with the columns a, b", "a number")]
    [InlineData("\"x\"", "a", "a table with the columns a, b", "a string")]
    public void What_does_not_fit_is_named(string json, string field, string expected, string actual)
    {
        var refusal = Refusal(Mixed, json);
        refusal.Message.ShouldBe($"Model mixed, input {field}: expected {expected}, got {actual}.");
        (refusal.Kind, refusal.Model, refusal.Field, refusal.Expected, refusal.Actual)
            .ShouldBe((ServingErrorKind.InvalidInput, "mixed", field, expected, actual));
    }

    [Theory]
    [InlineData("a,c\n1,x\n", "c", "an unknown column")]
    [InlineData("a\n1\n", "b", "none")]
    [InlineData("a,b,a\n1,x,1\n", "a", "the column twice")]
    [InlineData("a,b\n1,x\n2\n", "a", "1 in row 1")]
    [InlineData("a,b\n1,x\nzwei,y\n", "a", "the text zwei in row 1")]
    [InlineData("a,b\n1,\"x\n", "a", "a quote in row 2 that is not closed")]
    [InlineData("a,b\n1,\"x\"y\n", "a", "text after a closing quote in row 2")]
    [InlineData("a,b\n", "a", "none")]
    [InlineData("\n", "a", "an empty body")]
    public void Csv_that_does_not_fit_is_named(string csv, string field, string actual)
    {
        var refusal = Should.Throw<ServingException>(() => BindCsv(Mixed, csv));
        (refusal.Kind, refusal.Field, refusal.Actual).ShouldBe((ServingErrorKind.InvalidInput, field, actual));
    }

    [Fact]
    public void A_missing_value_is_NaN_or_the_empty_string()
    {
        Show(BindJson(Mixed, "[{\"a\":null,\"b\":null}]")).ShouldBe("a: float32[1,1] NaN; b: string[1,1] ");
        Show(BindCsv(Mixed, "a,b\n,\n")).ShouldBe("a: float32[1,1] NaN; b: string[1,1] ");
    }

    [Fact]
    public void A_missing_value_of_a_whole_number_is_an_error()
    {
        var model = Model("m", [Spec("n", ElementType.Int32, -1, 1), Spec("flag", ElementType.Boolean, -1, 1)], []);
        Refusal(model, "{\"n\":[null],\"flag\":[true]}").Actual.ShouldBe("null in row 0");
        Refusal(model, "{\"n\":[1],\"flag\":[null]}").Expected.ShouldBe("true or false");
        Show(BindJson(model, "{\"n\":[1.0],\"flag\":[1]}")).ShouldBe("n: int32[1,1] 1; flag: bool[1,1] 1".Replace("bool", "boolean"));
        Should.Throw<ServingException>(() => BindCsv(model, "n,flag\n,true\n")).Actual.ShouldBe("an empty cell in row 0");
    }

    [Theory]
    [InlineData("{\"p\":[1,2],\"q\":[3,4]}")]
    [InlineData("{\"q\":[3,4],\"p\":[1,2]}")]
    [InlineData("[{\"q\":3,\"p\":1},{\"p\":2,\"q\":4}]")]
    [InlineData("[[1,3],[2,4]]")]
    [InlineData("{\"input\":[[1,3],[2,4]]}")]
    [InlineData("{\"input\":{\"p\":[1,2],\"q\":[3,4]}}")]
    public void A_matrix_with_named_columns_is_bound_by_name(string json) =>
        Show(BindJson(Matrix(2, "p", "q"), json)).ShouldBe("input: float32[2,2] 1,3,2,4");

    [Fact]
    public void The_metadata_may_name_a_matrix_s_columns()
    {
        var model = Model("m", [Spec("input", ElementType.Float64, -1, 2)], [], features: "[\"p\",\"q\"]");
        Show(BindJson(model, "{\"q\":[3],\"p\":[1]}")).ShouldBe("input: float64[1,2] 1,3");
        Refusal(model, "{\"q\":[3],\"r\":[1]}").Field.ShouldBe("r");
    }

    [Theory]
    [InlineData("{\"action\":{\"0\":1,\"1\":2},\"david\":{\"0\":3,\"1\":4}}")]
    [InlineData("{\"action\":[1,2],\"david\":[3,4]}")]
    [InlineData("[{\"x\":1,\"y\":3},{\"y\":4,\"x\":2}]")]
    [InlineData("[[1,3],[2,4]]")]
    [InlineData("{\"columns\":[\"u\",\"v\"],\"data\":[[1,3],[2,4]]}")]
    [InlineData("{\"columns\":[0,1],\"data\":[[1,3],[2,4]]}")]
    public void A_matrix_without_names_takes_columns_in_the_request_s_order(string json) =>
        Show(BindJson(Matrix(2), json)).ShouldBe("input: float32[2,2] 1,3,2,4");

    [Fact]
    public void A_matrix_without_names_counts_its_columns()
    {
        Refusal(Matrix(3), "{\"action\":[1],\"david\":[3]}").Message.ShouldBe("Model matrix, input input: expected 3 columns, got 2.");
        Refusal(Matrix(3), "[[1,2]]").Message.ShouldBe("Model matrix, input input: expected an array of 3 values for the columns (3, unnamed), got 2 values in row 0.");
        Show(BindJson(Matrix(-1), "[[1,2],[3,4]]")).ShouldBe("input: float32[2,2] 1,2,3,4");
        Refusal(Matrix(-1), "{\"schema\":{},\"data\":[5]}").Expected.ShouldBe("an object with the columns (any)");
        Refusal(Matrix(-1), "[[1,2],[3]]").Actual.ShouldBe("1 values in row 1");
        Show(BindCsv(Matrix(2), "1,3\n2,4\n")).ShouldBe("input: float32[2,2] 1,3,2,4");
        Show(BindCsv(Matrix(2), "u,v\n1,3\n2,4\n")).ShouldBe("input: float32[2,2] 1,3,2,4");
        Refusal(Matrix(3), "{\"r1\":{\"a\":1,\"b\":2,\"c\":\"x\"}}").Field.ShouldBe("c");
    }

    [Fact]
    public void Declared_columns_that_do_not_fit_are_the_model_s_fault() =>
        Should.Throw<ServingException>(() => BindJson(Matrix(3, "p", "q"), "[[1,2,3]]")).Kind.ShouldBe(ServingErrorKind.InvalidModel);

    [Fact]
    public void One_column_takes_bare_values()
    {
        var model = Model("m", [Spec("x", ElementType.Int64, -1, 1)], []);
        Show(BindJson(model, "[1,2,3]")).ShouldBe("x: int64[3,1] 1,2,3");
        BindJson(model, "7").IsSingle.ShouldBeTrue();
        BindJson(model, "[7]").IsSingle.ShouldBeFalse();
    }

    [Fact]
    public void A_key_that_is_a_column_is_not_an_envelope()
    {
        var model = Model("m", [Column("instances"), Column("data")], []);
        Show(BindJson(model, "{\"instances\":[1,2],\"data\":[3,4]}")).ShouldBe("instances: float32[2,1] 1,2; data: float32[2,1] 3,4");
    }

    [Fact]
    public void More_cells_than_the_request_can_hold_are_refused_before_they_are_allocated()
    {
        var wide = Model("wide", [.. Enumerable.Range(0, 2000).Select(i => Column($"c{i}"))], []);
        var json = "[" + string.Join(',', Enumerable.Repeat("{}", 1_000_000)) + "]";
        Refusal(wide, json).Message.ShouldBe("Model wide, input c0: expected 1000000 rows of 2000 values, got fewer values.");
    }

    [Fact]
    public void Text_is_not_a_table() =>
        Should.Throw<ServingException>(() => Binder().Bind(new TextPayload("x"), Mixed)).Message
            .ShouldBe("Model mixed, input a: expected a table as JSON or CSV with the columns a, b, got plain text.");
}
