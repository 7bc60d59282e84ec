using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class TensorFlowRequestTests
{
    private static readonly ModelDescription Pair = Model(
        "pair", [Spec("a", ElementType.Float32, -1, 2, 2), Spec("b", ElementType.String, -1)], [Spec("y", ElementType.Float32, -1)]);

    private static readonly ModelDescription Gather = Model(
        "gather", [Spec("T", ElementType.Float32, -1), Spec("I", ElementType.Int64, -1)], [Spec("y", ElementType.Float32, -1)]);

    [Theory]
    [InlineData("""{"instances":[{"a":[[1,2],[3,4]],"b":"x"},{"b":{"b64":"eQ"},"a":[[5,6],[7,8]]}]}""")]
    [InlineData("""{"inputs":{"a":[[[1,2],[3,4]],[[5,6],[7,8]]],"b":["x",{"b64":"eQ=="}]}}""")]
    public void Rows_and_columns_come_to_the_same_tensors(string json) =>
        Show(Bind(Pair, json)).ShouldBe("a: float32[2,2,2] 1,2,3,4,5,6,7,8; b: string[2] x,y");

    [Theory]
    [InlineData("""{"instances":[{"sepal_length":[1],"sepal_width":[2],"petal_length":[3],"petal_width":[4]}]}""")]
    [InlineData("""{"inputs":{"sepal_length":[[1]],"sepal_width":[[2]],"petal_length":[[3]],"petal_width":[[4]]}}""")]
    public void A_column_is_written_with_its_second_axis(string json) => Bind(Iris, json).Rows.ShouldBe(1);

    [Fact]
    public void A_matrix_takes_rows_under_its_own_name()
    {
        const string rows = """{"instances":[{"input":[1,2]},{"input":[3,4]}]}""";
        Show(Bind(Matrix(2), rows)).ShouldBe("input: float32[2,2] 1,2,3,4");
        Show(Bind(Matrix(2, "p", "q"), rows)).ShouldBe("input: float32[2,2] 1,2,3,4");
        Should.Throw<ServingException>(() => Bind(Matrix(2), """{"instances":[{"input":[1,2]},{"other":[3,4]}]}""")).Message.ShouldContain("without just input");
    }

    [Theory]
    [InlineData("""{"instances":[1,2,3]}""")]
    [InlineData("""{"instances":[[1,2],[3,4]]}""")]
    public void Each_instance_is_a_row_or_it_is_refused(string json) =>
        Should.Throw<ServingException>(() => Bind(Single(ElementType.Float32, 1, 3), json)).Kind.ShouldBe(ServingErrorKind.InvalidInput);

    [Fact]
    public void Columns_of_several_inputs_may_differ_in_length() =>
        Show(Bind(Gather, "{\"inputs\":{\"I\":[2],\"T\":[1,2,3]}}")).ShouldBe("I: int64[1] 2; T: float32[3] 1,2,3");

    [Theory]
    [InlineData("[1,2]", "an array")]
    [InlineData("[{\"I\":2,\"T\":1}]", "an array")]
    [InlineData("2", "a number")]
    public void Columns_of_several_inputs_go_by_name(string inputs, string got) =>
        Should.Throw<ServingException>(() => Bind(Gather, $$"""{"inputs":{{inputs}}}""")).Message
            .ShouldBe($"Model gather, field inputs: expected an object of the inputs T, I, as the model has several, got {got}.");

    [Theory]
    [InlineData("{\"instances\":[null]}", "got null")]
    [InlineData("{\"inputs\":null}", "got null")]
    [InlineData("{\"inputs\":[1,null]}", "got null")]
    [InlineData("{\"instances\":[1,true]}", "got true")]
    [InlineData("{\"inputs\":{\"x\":[false]}}", "got false")]
    public void Null_is_no_number_and_neither_is_a_boolean(string json, string got)
    {
        Should.Throw<ServingException>(() => Bind(Single(ElementType.Float32, -1), json)).Message.ShouldContain(got);
        var table = Model("table", [Spec("x", ElementType.Float32, -1, 1)], [], manifest: new ModelManifest { Input = InputKind.Table });
        Should.Throw<ServingException>(() => Bind(table, json)).Message.ShouldContain(got);
    }

    [Fact]
    public void A_feature_that_is_null_is_not_missing() =>
        Should.Throw<ServingException>(() => Binder().Bind(
                new TensorFlowPayload(TensorFlowRequest.ReadExamples(Parse("{\"examples\":[{\"input\":[1,null]}]}"), "matrix")), Matrix(2)))
            .Message.ShouldContain("null");

    [Fact]
    public void Features_of_the_context_fill_in_what_an_example_leaves_out()
    {
        var request = TensorFlowRequest.ReadExamples(Parse("""{"context":{"p":1,"q":[2]},"examples":[{"p":[5]},{}]}"""), "m");

        request.Data.GetRawText().ShouldBe("""[{"p":5,"q":2},{"p":1,"q":2}]""");
    }

    [Fact]
    public void A_half_surrogate_in_a_feature_is_refused_where_the_feature_is_known() =>
        Should.Throw<ServingException>(() => Binder().Bind(
                new TensorFlowPayload(TensorFlowRequest.ReadExamples(Parse("""{"examples":[{"text":"\ud800"}]}"""), "sentiment")), Sentiment))
            .Kind.ShouldBe(ServingErrorKind.InvalidInput);

    private static BoundInputs Bind(ModelDescription model, string json)
    {
        var bound = Binder().Bind(new TensorFlowPayload(TensorFlowRequest.ReadPredict(Parse(json), model.Name)), model);
        InputValidator.Validate(model, bound.Tensors);
        return bound;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
