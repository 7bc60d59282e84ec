using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;
using static Bullpen.Core.Tests.Outputs.PredictionReaderTests;

namespace Bullpen.Core.Tests.Outputs;

public sealed class OpenInferenceWriterTests
{
    [Fact]
    public void The_answer_is_flat_and_row_major() =>
        Json(writer => OpenInferenceWriter.Write(
            writer, new ModelId("sentiment", "2"), "42", [Strings("label", [2], "a", "b"), Floats("scores", [2, 2], 1, 2.5f, float.NaN, 4)])).ShouldBe(
            """{"model_name":"sentiment","model_version":"2","id":"42","outputs":[{"name":"label","shape":[2],"datatype":"BYTES","data":["a","b"]},"""
            + """{"name":"scores","shape":[2,2],"datatype":"FP32","data":[1,2.5,null,4]}]}""");

    [Fact]
    public void Scalars_and_empty_tensors_have_data_too() =>
        Json(writer => OpenInferenceWriter.Write(writer, new ModelId("m", "1"), null, [Floats("a", [], 5), Floats("b", [0, 3])], FloatStyle.AsLiterals)).ShouldBe(
            """{"model_name":"m","model_version":"1","outputs":[{"name":"a","shape":[],"datatype":"FP32","data":[5]},{"name":"b","shape":[0,3],"datatype":"FP32","data":[]}]}""");

    [Fact]
    public void Bytes_that_are_not_text_are_an_error_before_anything_is_written() =>
        Json(writer => Should.Throw<ServingException>(() => OpenInferenceWriter.Write(
                writer, new ModelId("m", "1"), null, [new NamedTensor("raw", Tensor.FromStrings(new TensorShape(1), [new byte[] { 0xC0 }]))]))
            .Kind.ShouldBe(ServingErrorKind.InvalidRequest)).ShouldBe("");

    [Fact]
    public void Outputs_are_selected_by_name_in_the_request_s_order()
    {
        OutputSelection.Of(Iris, []).ShouldBe(["label", "probabilities"]);
        OutputSelection.Of(Iris, ["probabilities", "label"]).ShouldBe(["probabilities", "label"]);
        Should.Throw<ServingException>(() => OutputSelection.Of(Iris, ["label", "nothing"])).Message
            .ShouldBe("Model iris, output nothing: expected one of the outputs label, probabilities, once, got an unknown output.");
        Should.Throw<ServingException>(() => OutputSelection.Of(Iris, ["label", "label"])).Kind.ShouldBe(ServingErrorKind.InvalidInput);
    }
}
