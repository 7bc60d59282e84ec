using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Inputs.Payloads;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class OpenInferenceRequestTests
{
    [Theory]
    [InlineData("FP32", "[1.5,2]", "float32[2] 1.5,2")]
    [InlineData("FP16", "[1.5,2]", "float16[2] 1.5,2")]
    [InlineData("BF16", "[1,-2]", "bfloat16[2] 16256,49152")]
    [InlineData("FP64", "[1.5,2]", "float64[2] 1.5,2")]
    [InlineData("INT8", "[-1,2]", "int8[2] -1,2")]
    [InlineData("INT16", "[-1,2]", "int16[2] -1,2")]
    [InlineData("INT32", "[-1,2]", "int32[2] -1,2")]
    [InlineData("INT64", "[-1,2]", "int64[2] -1,2")]
    [InlineData("UINT8", "[1,2]", "uint8[2] 1,2")]
    [InlineData("UINT16", "[1,2]", "uint16[2] 1,2")]
    [InlineData("UINT32", "[1,2]", "uint32[2] 1,2")]
    [InlineData("UINT64", "[1,2]", "uint64[2] 1,2")]
    [InlineData("BOOL", "[true,false]", "boolean[2] 1,0")]
    [InlineData("BYTES", "[\"a\",\"b\"]", "string[2] a,b")]
    public void Every_datatype_is_read(string datatype, string data, string shown)
    {
        var request = Read($$"""{"inputs":[{"name":"x","shape":[2],"datatype":"{{datatype}}","data":{{data}}}]}""");
        var tensor = request.Inputs.ShouldHaveSingleItem();
        $"{tensor.Value} {Values(tensor.Value)}".ShouldBe(shown);
        OpenInferenceTypes.NameOf(tensor.Value.Type).ShouldBe(datatype);
    }

    [Theory]
    [InlineData("[2,2]", "[1,2,3,4]", "1,2,3,4")]
    [InlineData("[2,2]", "[[1,2],[3,4]]", "1,2,3,4")]
    [InlineData("[]", "[5]", "5")]
    [InlineData("[]", "5", "5")]
    [InlineData("[0]", "[]", "")]
    [InlineData("[2,0]", "[]", "")]
    [InlineData("[2,0]", "[[],[]]", "")]
    [InlineData("[2,0,3]", "[[],[]]", "")]
    public void Data_is_flat_or_nested(string shape, string data, string values)
    {
        var tensor = Read($$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"FP32","data":{{data}}}]}""").Inputs[0].Value;
        tensor.Shape.ToString().ShouldBe(shape);
        Values(tensor).ShouldBe(values);
    }

    [Theory]
    [InlineData("[3]", "[1,2]", "expected data for float32[3], 3 elements, got 2")]
    [InlineData("[2,2]", "[[1,2,3,4]]", "expected data for float32[2,2], 4 elements, got [1,4]")]
    [InlineData("[2,2]", "[[1,2],[3]]", "got an array of 1 at [1]")]
    [InlineData("[3,0,3]", "[[],[]]", "got [2,0]")]
    [InlineData("[2,1,3]", "[[],[]]", "got [2,0]")]
    [InlineData("[16,1152921504606846978]", "[1]", "expected data for float32[16,1152921504606846978], more than any request holds, got 1")]
    [InlineData("[1152921504606846978]", "[1]", "1152921504606846978 elements, got 1")]
    [InlineData("[-1]", "[1]", "field inputs[0].shape[0]: expected a whole number of at least 0, got the number -1")]
    [InlineData("[1.5]", "[1]", "got the number 1.5")]
    [InlineData("[1e400]", "[1]", "got the number 1e400")]
    [InlineData("[1,1,1,1,1,1,1,1,1]", "[1]", "at most 8 dimensions")]
    [InlineData("5", "[1]", "field inputs[0].shape: expected an array, got a number")]
    [InlineData("[1]", "[\"a\"]", "input x: expected a number, got a string at [0]")]
    [InlineData("[1]", "{}", "expected a number, got an object")]
    public void Shapes_that_cannot_be_are_refused(string shape, string data, string part) =>
        Should.Throw<ServingException>(() => Read($$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"FP32","data":{{data}}}]}"""))
            .Message.ShouldContain(part);

    [Theory]
    [InlineData("FP32", "[1,null]", "expected a number, got null at [1]")]
    [InlineData("FP64", "[null,1]", "expected a number, got null at [0]")]
    [InlineData("FP16", "[[1],[null]]", "range, got null at [1][0]")]
    [InlineData("INT32", "[1,true]", "got true at [1]")]
    [InlineData("FP32", "[false,1]", "got false at [0]")]
    [InlineData("UINT8", "[1,true]", "got true at [1]")]
    [InlineData("BOOL", "[true,1]", "expected true or false, got the number 1 at [1]")]
    [InlineData("BOOL", "[0,1]", "expected true or false, got the number 0 at [0]")]
    [InlineData("BYTES", "[null,\"a\"]", "expected a string, got null at [0]")]
    [InlineData("FP32", "null", "2 elements, got null")]
    [InlineData("FP32", "\"1,2\"", "2 elements, got a string")]
    public void A_value_is_of_its_own_type_and_null_is_none(string datatype, string data, string part)
    {
        var shape = data.StartsWith("[[", StringComparison.Ordinal) ? "[2,1]" : "[2]";
        Should.Throw<ServingException>(() => Read($$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"{{datatype}}","data":{{data}}}]}"""))
            .Message.ShouldContain(part);
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP8","data":[1]}]}""", "inputs[0].datatype")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"shape":[1],"datatype":"FP32"}]}""", "inputs[0].name")]
    [InlineData("""{"inputs":[5]}""", "inputs[0]")]
    [InlineData("""{"inputs":{}}""", "inputs")]
    [InlineData("""{}""", "inputs")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"inputs":[],"id":5}""", "id")]
    [InlineData("""{"inputs":[],"outputs":[{}]}""", "outputs[0].name")]
    [InlineData("""{"inputs":[],"outputs":{}}""", "outputs")]
    [InlineData("""{"inputs":[{"name":"\ud800","shape":[1],"datatype":"FP32","data":[1]}]}""", "inputs[0].name")]
    public void A_field_that_is_wrong_is_named(string body, string field)
    {
        var refusal = Should.Throw<ServingException>(() => Read(body));
        (refusal.Kind, refusal.Field).ShouldBe((ServingErrorKind.InvalidRequest, field));
    }

    [Fact]
    public void Any_kind_of_model_takes_the_body_and_keeps_what_it_asked_for()
    {
        using var document = JsonDocument.Parse(
            """{"id":"42","inputs":[{"name":"text","shape":[2],"datatype":"BYTES","data":["a","b"]}],"outputs":[{"name":"label"}],"parameters":{"p":1}}""");
        var bound = Binder().Bind(new JsonPayload(document.RootElement), Sentiment);
        Show(bound).ShouldBe("text: string[2] a,b");
        bound.Rows.ShouldBe(2);
        bound.IsSingle.ShouldBeFalse();
        bound.OpenInference.ShouldNotBeNull().Id.ShouldBe("42");
        bound.OpenInference.Outputs.ShouldHaveSingleItem().Name.ShouldBe("label");
        bound.OpenInference.Parameters.ShouldNotBeNull().GetRawText().ShouldBe("{\"p\":1}");
        BindJson(Fashion, """{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"UINT8","data":[1,2,3]}]}""").Rows.ShouldBeNull();
        BindJson(Iris, """{"inputs":[{"name":"sepal_length","shape":[1,1],"datatype":"FP32","data":[1]}]}""").Rows.ShouldBe(1);
    }

    [Fact]
    public void An_array_that_is_not_of_tensors_is_no_such_body()
    {
        Show(BindJson(Sentiment, "{\"inputs\":[\"a\"]}")).ShouldBe("text: string[1] a");
        BindJson(Sentiment, "{\"inputs\":[{\"text\":\"a\"}]}").OpenInference.ShouldBeNull();
    }

    [Fact]
    public void Empty_strings_in_binary_are_refused_before_anything_is_allocated_for_them()
    {
        const int count = TensorLimits.MaxStrings + 1;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var document = JsonDocument.Parse(
            $$"""{"inputs":[{"name":"x","shape":[{{count}}],"datatype":"BYTES","parameters":{"binary_data_size":{{count * 4}} } }]}""");
        var binary = new byte[count * 4];

        Should.Throw<ServingException>(() => OpenInferenceRequest.Read(document.RootElement, "m", binary)).Message
            .ShouldBe("Model m, input x: expected at most 2097152 strings in a request, got 2097153.");

        (GC.GetAllocatedBytesForCurrentThread() - before - binary.Length).ShouldBeLessThan(1 << 20);
    }

    private static OpenInferenceRequest Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return OpenInferenceRequest.Read(document.RootElement, "m");
    }
}
