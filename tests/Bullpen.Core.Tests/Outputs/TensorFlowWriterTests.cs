using System.Text.Json;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Outputs;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Outputs.PredictionReaderTests;

namespace Bullpen.Core.Tests.Outputs;

public sealed class TensorFlowWriterTests
{
    [Fact]
    public void One_output_has_no_name_and_its_own_shape()
    {
        var output = Floats("y", [2, 1, 2], 1, float.NaN, float.NegativeInfinity, 4);
        Rows(output).ShouldBe("""{"predictions":[[[1.0,NaN]],[[-Infinity,4.0]]]}""");
        Columns(output).ShouldBe("""{"outputs":[[[1.0,NaN]],[[-Infinity,4.0]]]}""");
        Columns(Floats("y", [], 5)).ShouldBe("""{"outputs":5.0}""");
        Rows(Floats("y", [0, 3])).ShouldBe("""{"predictions":[]}""");
    }

    [Fact]
    public void Several_outputs_are_named()
    {
        Rows(Strings("label", [2], "a", "b"), Floats("p", [2, 1], 1, 2)).ShouldBe("""{"predictions":[{"label":"a","p":[1.0]},{"label":"b","p":[2.0]}]}""");
        Columns(Strings("label", [2], "a", "b"), Floats("p", [2, 1], 1, 2)).ShouldBe("""{"outputs":{"label":["a","b"],"p":[[1.0],[2.0]]}}""");
    }

    [Fact]
    public void Outputs_whose_name_says_bytes_are_base64_and_may_be_any()
    {
        var output = new NamedTensor("raw_bytes", Tensor.FromStrings(new TensorShape(2, 1), [new byte[] { 0xC0, 0 }, Array.Empty<byte>()]));
        Rows(output).ShouldBe("""{"predictions":[[{"b64":"wAA="}],[{"b64":""}]]}""");
        Columns(output).ShouldBe("""{"outputs":[[{"b64":"wAA="}],[{"b64":""}]]}""");
    }

    [Fact]
    public void Rows_of_uneven_outputs_are_refused_before_anything_is_written()
    {
        foreach (var second in new[] { Floats("b", [], 1), Floats("b", [3], 1, 2, 3) })
        {
            Json(writer => Should.Throw<ServingException>(() => TensorFlowWriter.Write(
                    writer, "m", TensorFlowFormat.Rows, [Floats("a", [2], 1, 2), second]))
                .Message.ShouldContain("output b: expected 2 rows, as output a has")).ShouldBe("");
        }

        Json(writer => Should.Throw<ServingException>(() => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Rows, [Floats("a", [], 1)]))
            .Message.ShouldContain("expected outputs with an axis of rows")).ShouldBe("");
    }

    [Fact]
    public void Whole_floats_end_in_a_zero_and_integers_do_not()
    {
        Columns(Floats("y", [5], 6, -0f, 0.1f, 9999999, 16777216)).ShouldBe("""{"outputs":[6.0,-0.0,0.1,9999999.0,16777216.0]}""");
        Columns(new NamedTensor("y", Tensor.FromValues<long>(ElementType.Int64, new TensorShape(2), [6, -1]))).ShouldBe("""{"outputs":[6,-1]}""");
    }

    [Fact]
    public void Floats_of_any_size_are_JSON_that_reads_back_the_same()
    {
        float[] singles = [1e20f, -1e20f, float.MaxValue, float.MinValue, float.Epsilon, 1e-20f, 1e7f, 123456792f, 1e15f, 0.3f, 3e-5f, 0];
        var read = JsonDocument.Parse(Columns(Floats("y", [singles.Length], singles))).RootElement.GetProperty("outputs");
        read.EnumerateArray().Select(value => value.GetSingle()).ShouldBe(singles);
        read.EnumerateArray().ShouldAllBe(value => value.GetRawText().IndexOfAny(".E".ToCharArray()) > 0);

        double[] doubles = [1e300, double.MaxValue, double.MinValue, double.Epsilon, 1e15, 1e16, 9007199254740993, 123456789012345678, 1 / 3d, -0d];
        read = JsonDocument.Parse(Columns(new NamedTensor("y", Tensor.FromValues<double>(ElementType.Float64, new TensorShape(doubles.Length), doubles)))).RootElement.GetProperty("outputs");
        read.EnumerateArray().Select(value => value.GetDouble()).ShouldBe(doubles);
        read.EnumerateArray().ShouldAllBe(value => value.GetRawText().IndexOfAny(".E".ToCharArray()) > 0);
    }

    [Fact]
    public void A_string_that_is_not_UTF8_is_refused_with_what_would_do()
    {
        var output = new NamedTensor("raw", Tensor.FromStrings(new TensorShape(2), [new byte[] { 0x61 }, new byte[] { 0xC0, 0 }]));

        Json(writer =>
        {
            var error = Should.Throw<ServingException>(() => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Rows, [output]));
            (error.Kind, error.Field).ShouldBe((ServingErrorKind.InvalidRequest, "raw"));
            error.Message.ShouldStartWith("Model m, output raw: element 1 is not UTF-8");
            error.Message.ShouldContain("whose name ends in _bytes is written in base64");
        }).ShouldBe("");
    }

    private static string Rows(params NamedTensor[] outputs) => Json(writer => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Rows, outputs));

    private static string Columns(params NamedTensor[] outputs) => Json(writer => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Columns, outputs));
}
