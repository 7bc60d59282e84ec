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
        Rows(output).ShouldBe("""{"predictions":[[[1,NaN]],[[-Infinity,4]]]}""");
        Columns(output).ShouldBe("""{"outputs":[[[1,NaN]],[[-Infinity,4]]]}""");
        Columns(Floats("y", [], 5)).ShouldBe("""{"outputs":5}""");
        Rows(Floats("y", [0, 3])).ShouldBe("""{"predictions":[]}""");
    }

    [Fact]
    public void Several_outputs_are_named()
    {
        Rows(Strings("label", [2], "a", "b"), Floats("p", [2, 1], 1, 2)).ShouldBe("""{"predictions":[{"label":"a","p":[1]},{"label":"b","p":[2]}]}""");
        Columns(Strings("label", [2], "a", "b"), Floats("p", [2, 1], 1, 2)).ShouldBe("""{"outputs":{"label":["a","b"],"p":[[1],[2]]}}""");
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

    private static string Rows(params NamedTensor[] outputs) => Json(writer => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Rows, outputs));

    private static string Columns(params NamedTensor[] outputs) => Json(writer => TensorFlowWriter.Write(writer, "m", TensorFlowFormat.Columns, outputs));
}
