using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Outputs;

public sealed class PredictionReaderTests
{
    private readonly PredictionReader _reader = new();

    [Fact]
    public void A_text_classifier_gives_label_score_and_scores()
    {
        var outputs = new[] { Strings("label", [2], "positive", "negative"), Floats("probabilities", [2, 2], 0.049f, 0.951f, 0.75f, 0.25f) };
        List(Sentiment, Rows(2), outputs).ShouldBe(
            """[{"label":"positive","score":0.951,"scores":{"negative":0.049,"positive":0.951}},{"label":"negative","score":0.75,"scores":{"negative":0.75,"positive":0.25}}]""");
    }

    [Fact]
    public void The_outputs_may_come_in_another_order_or_as_columns()
    {
        var outputs = new[] { Floats("probabilities", [1, 2], 0.25f, 0.75f), Strings("label", [1, 1], "positive") };
        List(Sentiment, Rows(1), outputs).ShouldBe("""[{"label":"positive","score":0.75,"scores":{"negative":0.25,"positive":0.75}}]""");
    }

    [Fact]
    public void The_score_is_the_label_s_even_where_another_is_better()
    {
        var outputs = new[] { Strings("label", [1], "negative"), Floats("probabilities", [1, 2], 0.25f, 0.75f) };
        List(Sentiment, Rows(1), outputs).ShouldStartWith("""[{"label":"negative","score":0.25,""");
    }

    [Fact]
    public void Top_k_shows_the_best_first_and_equals_in_the_model_s_order()
    {
        var model = Classifier(new ModelManifest { TopK = 2, Labels = ["a", "b", "c"] });
        List(model, Rows(2), Strings("label", [2], "c", "b"), Floats("scores", [2, 3], 0.1f, 0.2f, 0.7f, 0.2f, 0.6f, 0.2f)).ShouldBe(
            """[{"label":"c","score":0.7,"scores":{"c":0.7,"b":0.2}},{"label":"b","score":0.6,"scores":{"b":0.6,"a":0.2}}]""");
        List(Classifier(new ModelManifest { TopK = 9, Labels = ["a", "b"] }), Rows(1), Strings("label", [1], "a"), Floats("scores", [1, 2], 0.25f, 0.75f))
            .ShouldEndWith("""{"b":0.75,"a":0.25}}]""");
    }

    [Fact]
    public void An_image_classifier_has_one_row()
    {
        var image = new BoundInputs([], Rows: null, IsSingle: true);
        var outputs = new[] { Strings("label", [1], "Bag"), Floats("probabilities", [1, 3], 0, 1, 0) };
        InKind(Fashion, image, outputs).ShouldBe("""{"label":"Bag","score":1,"scores":{"Shirt":0,"Bag":1,"Boot":0}}""");
        InKind(Fashion, image with { IsSingle = false }, outputs).ShouldStartWith("[{");
        List(Fashion, image, outputs).ShouldStartWith("[{");
    }

    [Fact]
    public void What_a_detector_found_is_not_a_row_even_where_it_is_one()
    {
        var model = Model("detector", [Spec("image", ElementType.UInt8, -1, -1, 3)], [Spec("boxes", ElementType.Float32, -1, 4)]);
        var image = new BoundInputs([], Rows: null, IsSingle: true);
        InKind(model, image, Floats("boxes", [1, 4], 1, 2, 3, 4)).ShouldBe("[[1,2,3,4]]");
        InKind(model, image, Floats("boxes", [2, 2], 1, 2, 3, 4)).ShouldBe("[[1,2],[3,4]]");
        List(model, image, Floats("boxes", [2, 2], 1, 2, 3, 4)).ShouldBe("[[[1,2],[3,4]]]");
    }

    [Fact]
    public void Whole_number_labels_are_indices_into_the_declared_ones()
    {
        var outputs = new[] { Longs("label", [2], 1, 7), Floats("scores", [2, 2], 0.25f, 0.75f, 0.5f, 0.5f) };
        List(Classifier(new ModelManifest { Labels = ["no", "yes"] }), Rows(2), outputs).ShouldBe(
            """[{"label":"yes","score":0.75,"scores":{"no":0.25,"yes":0.75}},{"label":7,"score":0.5,"scores":{"no":0.5,"yes":0.5}}]""");
        List(Classifier(ModelManifest.Empty), Rows(2), outputs).ShouldBe(
            """[{"label":1,"score":0.75,"scores":{"0":0.25,"1":0.75}},{"label":7,"score":0.5,"scores":{"0":0.5,"1":0.5}}]""");
    }

    [Fact]
    public void Columns_named_by_the_model_name_the_scores()
    {
        var scores = Floats("scores", [1, 2], 0.25f, 0.75f) with { ColumnLabels = ["3", "7"] };
        List(Classifier(ModelManifest.Empty), Rows(1), Longs("label", [1], 3), scores).ShouldBe(
            """[{"label":3,"score":0.25,"scores":{"3":0.25,"7":0.75}}]""");
        List(Classifier(new ModelManifest { Labels = ["no", "yes"] }), Rows(1), Longs("label", [1], 7), scores).ShouldBe(
            """[{"label":"yes","score":0.75,"scores":{"no":0.25,"yes":0.75}}]""");
        List(Classifier(ModelManifest.Empty), Rows(1), scores).ShouldBe("""[{"label":"7","score":0.75,"scores":{"3":0.25,"7":0.75}}]""");
    }

    [Fact]
    public void Scores_without_names_beside_strings_are_an_array() =>
        List(Classifier(ModelManifest.Empty), Rows(1), Strings("label", [1], "x"), Floats("scores", [1, 2], 0.25f, 0.75f))
            .ShouldBe("""[{"label":"x","score":0.75,"scores":[0.25,0.75]}]""");

    [Theory]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void Scores_alone_are_a_classifier_s_where_labels_are_declared(ElementType type)
    {
        var scores = type switch
        {
            ElementType.Float64 => Tensor.FromValues<double>(type, new TensorShape(1, 2), 0.25, 0.75),
            ElementType.Float16 => Tensor.FromValues<Half>(type, new TensorShape(1, 2), (Half)0.25, (Half)0.75),
            _ => Tensor.FromValues<ushort>(type, new TensorShape(1, 2), 0x3E80, 0x3F40),
        };
        List(Classifier(new ModelManifest { Labels = ["no", "yes"] }), Rows(1), new NamedTensor("scores", scores)).ShouldBe(
            """[{"label":"yes","score":0.75,"scores":{"no":0.25,"yes":0.75}}]""");
    }

    [Fact]
    public void Scores_alone_are_numbers_where_no_labels_fit()
    {
        List(Classifier(ModelManifest.Empty), Rows(1), Floats("scores", [1, 2], 0.25f, 0.75f)).ShouldBe("[[0.25,0.75]]");
        List(Classifier(new ModelManifest { Labels = ["a", "b", "c"] }), Rows(1), Floats("scores", [1, 2], 0.25f, 0.75f)).ShouldBe("[[0.25,0.75]]");
    }

    [Fact]
    public void NaN_is_never_the_best_score() =>
        List(Classifier(new ModelManifest { Labels = ["a", "b", "c"] }), Rows(1), Floats("scores", [1, 3], float.NaN, 0.1f, 0.2f)).ShouldBe(
            """[{"label":"c","score":0.2,"scores":{"a":null,"b":0.1,"c":0.2}}]""");

    [Fact]
    public void One_output_of_one_column_gives_plain_values()
    {
        List(Matrix(2), Rows(2), Floats("variable", [2, 1], 1.5f, -2)).ShouldBe("[1.5,-2]");
        List(Matrix(2), Rows(2), Floats("variable", [2], 1.5f, -2)).ShouldBe("[1.5,-2]");
        InKind(Matrix(2), Rows(1) with { IsSingle = true }, Floats("variable", [1, 1], 1.5f)).ShouldBe("1.5");
        InKind(Matrix(2), Rows(1), Floats("variable", [1, 1], 1.5f)).ShouldBe("[1.5]");
    }

    [Fact]
    public void One_output_of_more_dimensions_gives_nested_arrays() =>
        List(Matrix(2), Rows(2), Floats("variable", [2, 2, 1], 1, 2, 3, 4)).ShouldBe("[[[1],[2]],[[3],[4]]]");

    [Fact]
    public void Several_outputs_give_objects_by_name() =>
        List(Matrix(2), Rows(2), Floats("a", [2, 1], 1, 2), Floats("b", [2, 2], 3, 4, 5, 6), Strings("c", [2], "x", "y")).ShouldBe(
            """[{"a":1,"b":[3,4],"c":"x"},{"a":2,"b":[5,6],"c":"y"}]""");

    [Fact]
    public void Outputs_that_are_not_by_row_are_whole()
    {
        InKind(Matrix(2), Rows(2), Floats("mean", [], 1.5f)).ShouldBe("1.5");
        InKind(Matrix(2), Rows(2), Floats("a", [2], 1, 2), Floats("b", [3], 3, 4, 5)).ShouldBe("""{"a":[1,2],"b":[3,4,5]}""");
        List(Matrix(2), Rows(2), Floats("b", [3, 1], 3, 4, 5)).ShouldBe("[[[3],[4],[5]]]");
    }

    [Fact]
    public void Every_element_type_is_written()
    {
        Whole(Tensor.FromValues<float>(ElementType.Float32, new TensorShape(6), 0.1f, 16777216f, 1e-45f, float.NaN, float.PositiveInfinity, -0f))
            .ShouldBe("[0.1,16777216,1E-45,null,null,-0.0]");
        Whole(Tensor.FromValues<double>(ElementType.Float64, new TensorShape(2), 0.1, double.NegativeInfinity)).ShouldBe("[0.1,null]");
        Whole(Tensor.FromValues<Half>(ElementType.Float16, new TensorShape(2), (Half)1.5, Half.NaN)).ShouldBe("[1.5,null]");
        Whole(Tensor.FromValues<ushort>(ElementType.BFloat16, new TensorShape(2), 0x3F80, 0x7F80)).ShouldBe("[1,null]");
        Whole(Tensor.FromValues<long>(ElementType.Int64, new TensorShape(2), long.MinValue, 9007199254740993)).ShouldBe("[-9223372036854775808,9007199254740993]");
        Whole(Tensor.FromValues<ulong>(ElementType.UInt64, new TensorShape(1), ulong.MaxValue)).ShouldBe("[18446744073709551615]");
        Whole(Tensor.FromValues<uint>(ElementType.UInt32, new TensorShape(1), uint.MaxValue)).ShouldBe("[4294967295]");
        Whole(Tensor.FromValues<int>(ElementType.Int32, new TensorShape(1), -5)).ShouldBe("[-5]");
        Whole(Tensor.FromValues<short>(ElementType.Int16, new TensorShape(1), -5)).ShouldBe("[-5]");
        Whole(Tensor.FromValues<ushort>(ElementType.UInt16, new TensorShape(1), 5)).ShouldBe("[5]");
        Whole(Tensor.FromValues<sbyte>(ElementType.Int8, new TensorShape(1), -5)).ShouldBe("[-5]");
        Whole(Tensor.FromValues<byte>(ElementType.UInt8, new TensorShape(1), 200)).ShouldBe("[200]");
        Whole(Tensor.FromValues<byte>(ElementType.Boolean, new TensorShape(2), 1, 0)).ShouldBe("[true,false]");
        Whole(Tensor.FromStrings(new TensorShape(2), "a\0b", "\"é")).ShouldBe("[\"a\\u0000b\",\"\\u0022\\u00E9\"]");
    }

    [Fact]
    public void Not_a_number_may_be_asked_for_as_a_literal()
    {
        var tensor = Floats("x", [3], float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        Json(writer => _reader.Read(Matrix(2), Rows(3), [tensor], FloatStyle.AsLiterals).WriteList(writer)).ShouldBe("[NaN,Infinity,-Infinity]");
    }

    [Fact]
    public void Bytes_that_are_not_text_are_an_error_before_anything_is_written()
    {
        var output = new NamedTensor("raw", Tensor.FromStrings(new TensorShape(2), ["a"u8.ToArray(), new byte[] { 0xFF }]));
        var refusal = Should.Throw<ServingException>(() => _reader.Read(Matrix(2), Rows(2), [output]));
        refusal.Kind.ShouldBe(ServingErrorKind.ExecutionFailed);
        refusal.Message.ShouldBe("Model matrix, output raw: element 1 is not UTF-8 and cannot be written as JSON; ask for it in binary.");
    }

    [Fact]
    public void A_prediction_that_is_not_there_cannot_be_written()
    {
        var predictions = _reader.Read(Matrix(2), Rows(1), [Floats("variable", [1, 1], 1)]);
        predictions.Count.ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => Json(writer => predictions.Write(writer, 1)));
    }

    internal static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static NamedTensor Floats(string name, long[] shape, params float[] values) =>
        new(name, Tensor.FromValues<float>(ElementType.Float32, new TensorShape(shape), values));

    internal static NamedTensor Strings(string name, long[] shape, params string[] values) =>
        new(name, Tensor.FromStrings(new TensorShape(shape), values));

    private static NamedTensor Longs(string name, long[] shape, params long[] values) =>
        new(name, Tensor.FromValues<long>(ElementType.Int64, new TensorShape(shape), values));

    private static ModelDescription Classifier(ModelManifest manifest) => Model("classifier", [Spec("x", ElementType.Float32, -1, 4)], [], manifest: manifest);

    private static BoundInputs Rows(int rows) => new([], rows, IsSingle: false);

    private string List(ModelDescription model, BoundInputs inputs, params NamedTensor[] outputs) =>
        Json(_reader.Read(model, inputs, outputs).WriteList);

    private string InKind(ModelDescription model, BoundInputs inputs, params NamedTensor[] outputs) =>
        Json(_reader.Read(model, inputs, outputs).WriteInKind);

    private string Whole(Tensor tensor) => InKind(Matrix(2), new BoundInputs([], Rows: 100, IsSingle: false), new NamedTensor("y", tensor));
}
