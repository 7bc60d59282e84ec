using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class TensorsInputTests
{
    private static readonly ModelDescription Two =
        Model("two", [Spec("ids", ElementType.Int64, -1, -1), Spec("mask", ElementType.Boolean, -1, -1)], []);

    [Fact]
    public void Inputs_are_bound_by_name()
    {
        var bound = BindJson(Two, "{\"mask\":[[true,0]],\"ids\":[[1,2]]}");
        Show(bound).ShouldBe("mask: boolean[1,2] 1,0; ids: int64[1,2] 1,2");
        bound.Rows.ShouldBe(1);
        bound.IsSingle.ShouldBeFalse();
    }

    [Fact]
    public void Without_the_batch_axis_it_is_one_example()
    {
        var bound = BindJson(Two, "{\"ids\":[1,2],\"mask\":[1,0]}");
        Show(bound).ShouldBe("ids: int64[1,2] 1,2; mask: boolean[1,2] 1,0");
        bound.IsSingle.ShouldBeTrue();
    }

    [Fact]
    public void Examples_in_an_array_are_stacked()
    {
        var bound = BindJson(Two, "{\"instances\":[{\"ids\":[1,2],\"mask\":[1,0]},{\"ids\":[3,4],\"mask\":[1,1]}]}");
        Show(bound).ShouldBe("ids: int64[2,2] 1,2,3,4; mask: boolean[2,2] 1,0,1,1");
        bound.Rows.ShouldBe(2);
        Refusal(Two, "[{\"ids\":[1],\"mask\":[1]},{\"ids\":[2]}]").Field.ShouldBe("mask");
        Refusal(Two, "[{\"ids\":[1],\"mask\":[1]},{\"ids\":[2,3],\"mask\":[1]}]").Actual.ShouldBe("an array of 2 at [1]");
        Refusal(Two, "[{\"ids\":[1],\"mask\":[1]},5]").Actual.ShouldBe("a number at [1]");
    }

    [Theory]
    [InlineData("{\"ids\":[[1]]}", "Model two, input mask: expected boolean[-1,-1], got nothing.")]
    [InlineData("{\"ids\":[[1]],\"mask\":[[1]],\"x\":1}", "Model two, input x: expected an object of the inputs ids, mask, got an unknown input.")]
    [InlineData("{\"ids\":[[1]],\"mask\":[[1]],\"ids\":[[2]]}", "Model two, input ids: expected the input once, got it twice.")]
    [InlineData("[[1]]", "Model two, input ids: expected an object of the inputs ids, mask, got an array.")]
    [InlineData("{\"ids\":[[1,2],[3]],\"mask\":[[1]]}", "Model two, input ids: expected an array of 2, as the first is, got an array of 1 at [1].")]
    [InlineData("{\"ids\":[[1,2],3],\"mask\":[[1]]}", "Model two, input ids: expected an array of 2, as the first is, got a number at [1].")]
    [InlineData("{\"ids\":[[1,[2]]],\"mask\":[[1]]}", "Model two, input ids: expected a whole number from -9223372036854775808 to 9223372036854775807, got an array at [0][1].")]
    [InlineData("{\"ids\":[[[1]]],\"mask\":[[1]]}", "Model two, input ids: expected int64[-1,-1], got int64[1,1,1].")]
    public void What_does_not_fit_is_named(string json, string message) => Refusal(Two, json).Message.ShouldBe(message);

    [Theory]
    [InlineData("7", "x: float32[1] 7", true)]
    [InlineData("[7]", "x: float32[1] 7", false)]
    [InlineData("{\"x\":[1,2]}", "x: float32[2] 1,2", false)]
    [InlineData("[\"NaN\",\"Infinity\",\"-Infinity\",null,true]", "x: float32[5] NaN,Infinity,-Infinity,NaN,1", false)]
    [InlineData("[]", "x: float32[0] ", false)]
    public void A_single_input_needs_no_name(string json, string values, bool isSingle)
    {
        var bound = BindJson(Single(ElementType.Float32, -1), json);
        Show(bound).ShouldBe(values.Replace("Infinity", "∞").Replace("∞", float.PositiveInfinity.ToString()));
        bound.IsSingle.ShouldBe(isSingle);
    }

    [Fact]
    public void Scalars_are_tensors_too()
    {
        Show(BindJson(Single(ElementType.Float32), "7")).ShouldBe("x: float32[] 7");
        Show(BindJson(Single(ElementType.String), "\"a\"")).ShouldBe("x: string[] a");
        Refusal(Single(ElementType.String), "null").Actual.ShouldBe("null");
    }

    [Theory]
    [InlineData("[]", "float32[0,4]", -1, 4)]
    [InlineData("[]", "float32[0,3,4]", 0, 3, 4)]
    [InlineData("[[],[],[]]", "float32[3,0,5]", 3, 0, 5)]
    [InlineData("[]", "float32[0,0,5]", -1, -1, 5)]
    public void A_value_without_elements_gets_the_rest_of_its_shape_from_the_input(string json, string tensor, params int[] shape) =>
        BindJson(Single(ElementType.Float32, [.. shape.Select(dimension => (long)dimension)]), json).Tensors[0].Value.ToString().ShouldBe(tensor);

    [Fact]
    public void A_column_gets_its_axis() => Show(BindJson(Single(ElementType.Float32, -1, 1), "[5]")).ShouldBe("x: float32[1,1] 5");

    [Theory]
    [InlineData(ElementType.Int8, "[-128,127]", "-128,127", "128")]
    [InlineData(ElementType.UInt8, "[0,255]", "0,255", "-1")]
    [InlineData(ElementType.Int16, "[-32768,1e3]", "-32768,1000", "32768")]
    [InlineData(ElementType.UInt16, "[65535,1.0]", "65535,1", "1.5")]
    [InlineData(ElementType.Int32, "[-2147483648]", "-2147483648", "2147483648")]
    [InlineData(ElementType.UInt32, "[4294967295]", "4294967295", "1e-30")]
    [InlineData(ElementType.Int64, "[9007199254740993,-9223372036854775808]", "9007199254740993,-9223372036854775808", "9223372036854775808")]
    [InlineData(ElementType.UInt64, "[18446744073709551615]", "18446744073709551615", "1.00000000000000000000000000000000000001")]
    [InlineData(ElementType.Boolean, "[true,false,1,0]", "1,0,1,0", "2")]
    [InlineData(ElementType.Float16, "[1.5,60000]", "1.5,60000", "65536")]
    [InlineData(ElementType.BFloat16, "[1,-2]", "16256,49152", "3.4e38")]
    [InlineData(ElementType.Float32, "[3.4e38,1e-45]", "3.4E+38,1E-45", "3.5e38")]
    [InlineData(ElementType.Float64, "[1.7e308,0.1]", "1.7E+308,0.1", "1e309")]
    public void Every_element_type_has_its_range(ElementType type, string json, string values, string outside)
    {
        Values(BindJson(Single(type, -1), json).Tensors[0].Value).ShouldBe(values);
        var refusal = Refusal(Single(type, -1), $"[{outside}]");
        refusal.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        refusal.Actual.ShouldBe($"the number {outside} at [0]");
        Refusal(Single(type, -1), "[\"1.5\"]").Actual.ShouldBe("a string at [0]");
    }

    [Fact]
    public void Arrays_that_promise_more_than_they_hold_are_refused_without_allocating()
    {
        var empties = string.Join(',', Enumerable.Repeat("[]", 3000));
        var thousand = string.Join(',', Enumerable.Repeat("1", 3000));
        Refusal(Single(ElementType.Float64, -1, -1, -1), $"[[[{thousand}],{empties}],{empties}]").Expected.ShouldBe("arrays of equal length");
    }

    [Fact]
    public void Ranks_have_a_limit() =>
        Refusal(Single(ElementType.Float32, -1), "[[[[[[[[[1]]]]]]]]]").Message.ShouldBe("Model plain, input x: expected at most 8 dimensions, got more.");

    [Fact]
    public void Rows_are_unknown_where_the_inputs_disagree() =>
        BindJson(Model("m", [Spec("a", ElementType.Float32, -1, 3), Spec("b", ElementType.Float32, -1)], [], manifest: new ModelManifest { Input = InputKind.Tensors }),
            "{\"a\":[[1,2,3]],\"b\":[1,2]}").Rows.ShouldBeNull();
}
