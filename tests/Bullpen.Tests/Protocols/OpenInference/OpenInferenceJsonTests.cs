namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>Inference with tensors in JSON.</summary>
public sealed class OpenInferenceJsonTests(TypedServer typed) : IClassFixture<TypedServer>
{
    [Theory]
    [InlineData("boolean", "BOOL", "[true,false]")]
    [InlineData("uint8", "UINT8", "[0,255]")]
    [InlineData("uint16", "UINT16", "[0,65535]")]
    [InlineData("uint32", "UINT32", "[0,4294967295]")]
    [InlineData("uint64", "UINT64", "[0,18446744073709551615]")]
    [InlineData("int8", "INT8", "[-128,127]")]
    [InlineData("int16", "INT16", "[-32768,32767]")]
    [InlineData("int32", "INT32", "[-2147483648,2147483647]")]
    [InlineData("int64", "INT64", "[-9223372036854775808,9223372036854775807]")]
    [InlineData("float16", "FP16", "[1.5,-65504]")]
    [InlineData("bfloat16", "BF16", "[1.5,-256]")]
    [InlineData("float32", "FP32", "[1.1,-1E-45]")]
    [InlineData("float64", "FP64", "[1.1,-5E-324]")]
    [InlineData("string", "BYTES", """["\u0000é","日本 \"x\""]""")]
    public async Task Every_datatype_comes_back_as_it_went(string model, string datatype, string data)
    {
        var answer = await typed.InferAsync("identity_" + model, TypedServer.Body(datatype, "[1,2]", data));

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/outputs").GetArrayLength().ShouldBe(1);
        answer.At("/outputs/0/name").GetString().ShouldBe("y");
        answer.At("/outputs/0/datatype").GetString().ShouldBe(datatype);
        answer.At("/outputs/0/shape").GetRawText().ShouldBe("[1,2]");
        answer.At("/outputs/0/data").GetRawText().ShouldBe(data);
        (answer.At("/model_name").GetString(), answer.At("/model_version").GetString()).ShouldBe(("identity_" + model, "1"));
    }

    [Theory]
    [InlineData("[1,2,3,4,5,6]")]
    [InlineData("[[1,2,3],[4,5,6]]")]
    public async Task Data_is_flat_or_nested(string data)
    {
        var answer = await typed.InferAsync("identity_int32", TypedServer.Body("INT32", "[2,3]", data));

        answer.At("/outputs/0/data").GetRawText().ShouldBe("[1,2,3,4,5,6]", answer.Text);
    }

    [Theory]
    [InlineData("identity_scalar", "FP32", "[]", "[2.5]", "[2.5]")]
    [InlineData("identity_scalar", "FP32", "[]", "2.5", "[2.5]")]
    [InlineData("identity_float32", "FP32", "[0,4]", "[]", "[]")]
    [InlineData("identity_string", "BYTES", "[3,0]", "[]", "[]")]
    public async Task Scalars_and_tensors_without_elements_are_legal(string model, string datatype, string shape, string data, string expected)
    {
        var answer = await typed.InferAsync(model, TypedServer.Body(datatype, shape, data));

        answer.Status.ShouldBe(200, answer.Text);
        (answer.At("/outputs/0/shape").GetRawText(), answer.At("/outputs/0/data").GetRawText()).ShouldBe((shape, expected));
    }

    [Theory]
    [InlineData("float16", "FP16")]
    [InlineData("bfloat16", "BF16")]
    [InlineData("float32", "FP32")]
    [InlineData("float64", "FP64")]
    public async Task NaN_and_the_infinities_come_and_go_as_the_bare_words_of_Python(string model, string datatype)
    {
        var answer = await typed.InferAsync("identity_" + model, TypedServer.Body(datatype, "[1,5]", "[NaN, Infinity,-Infinity,-0.0, 0.5]"));

        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldContain("\"data\":[NaN,Infinity,-Infinity,-0.0,0.5]");
    }

    [Theory]
    [InlineData("INT32", "[NaN]")]
    [InlineData("FP32", "[nan]")]
    [InlineData("FP32", "[-NaN]")]
    [InlineData("FP32", "[1e999]")]
    [InlineData("FP32", "[Infinit]")]
    public async Task Other_words_and_numbers_that_the_type_cannot_hold_are_400(string datatype, string data)
    {
        var model = datatype == "INT32" ? "identity_int32" : "identity_float32";

        (await typed.InferAsync(model, TypedServer.Body(datatype, "[1,1]", data))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("", "minus sum")]
    [InlineData(""","outputs":[]""", "minus sum")]
    [InlineData(""","outputs":[{"name":"sum"}]""", "sum")]
    [InlineData(""","outputs":[{"name":"sum"},{"name":"minus"}]""", "sum minus")]
    public async Task Outputs_are_those_asked_for_in_that_order(string more, string names)
    {
        const string inputs = """{"name":"x","datatype":"FP32","shape":[2],"data":[1,2]},{"name":"z","datatype":"FP32","shape":[2],"data":[10,20]}""";
        var answer = await typed.InferAsync("two_outputs", $$"""{"inputs":[{{inputs}}]{{more}}}""");

        answer.Status.ShouldBe(200, answer.Text);
        string.Join(' ', answer.At("/outputs").EnumerateArray().Select(output => output.GetProperty("name").GetString())).ShouldBe(names);
    }

    [Fact]
    public async Task The_id_comes_back_and_parameters_that_mean_nothing_here_are_passed_over()
    {
        const string more = ""","id":"é-1","parameters":{"customer":"a","retries":3,"traced":true,"priority":2,"sequence_id":0}""";
        var answer = await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]", more));

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/id").GetString().ShouldBe("é-1");
        (await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]"))).Text.ShouldNotContain("\"id\"");
    }

    [Theory]
    [InlineData(""","parameters":{"a":[1]}""", 400)]
    [InlineData(""","parameters":{"a":null}""", 400)]
    [InlineData(""","parameters":7""", 400)]
    [InlineData(""","parameters":{"timeout":-1}""", 400)]
    [InlineData(""","parameters":{"timeout":"soon"}""", 400)]
    [InlineData(""","parameters":{"priority":-1}""", 400)]
    [InlineData(""","parameters":{"priority":1.5}""", 400)]
    [InlineData(""","parameters":{"priority":"first"}""", 400)]
    [InlineData(""","parameters":{"priority":18446744073709551616}""", 400)]
    [InlineData(""","parameters":{"binary_data_output":1}""", 400)]
    [InlineData(""","outputs":[{"name":"y","parameters":{"classification":0}}]""", 400)]
    [InlineData(""","parameters":{"sequence_id":5,"sequence_start":true}""", 501)]
    [InlineData(""","outputs":[{"name":"y","parameters":{"shared_memory_region":"r"}}]""", 501)]
    public async Task A_parameter_that_is_wrong_is_400_and_one_that_asks_for_what_is_not_there_501(string more, int status)
    {
        var answer = await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]", more));

        answer.Status.ShouldBe(status, answer.Text);
        answer.At("/error").GetString()!.ShouldContain("identity_int8");
    }

    [Fact]
    public async Task A_request_that_may_wait_long_enough_is_answered()
    {
        (await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]", ""","parameters":{"timeout":60000000}"""))).Status.ShouldBe(200);
        (await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]", ""","parameters":{"timeout":18446744073709551615}"""))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("101")]
    [InlineData("18446744073709551615")]
    public async Task A_request_of_any_priority_is_answered(string priority)
    {
        var answer = await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[1,1]", "[1]", $$""","parameters":{"priority":{{priority}}}"""));

        answer.Status.ShouldBe(200, answer.Text);
    }

    [Theory]
    [InlineData(2, """["5.000000:1","3.000000:2"]""", "[1,2]")]
    [InlineData(99, """["5.000000:1","3.000000:2","1.000000:0"]""", "[1,3]")]
    public async Task Classification_gives_the_best_classes_with_their_index(int classes, string data, string shape)
    {
        var more = $$$""","outputs":[{"name":"y","parameters":{"classification":{{{classes}}}}}]""";
        var answer = await typed.InferAsync("identity_float32", TypedServer.Body("FP32", "[1,3]", "[1,5,3]", more));

        answer.Status.ShouldBe(200, answer.Text);
        (answer.At("/outputs/0/datatype").GetString(), answer.At("/outputs/0/shape").GetRawText()).ShouldBe(("BYTES", shape));
        answer.At("/outputs/0/data").GetRawText().ShouldBe(data);
    }

    [Fact]
    public async Task Classification_names_the_labels_that_a_model_declares()
    {
        const string body = """{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[1,2]},{"name":"z","datatype":"FP32","shape":[2],"data":[0,0]}],"outputs":[{"name":"sum","parameters":{"classification":1}}]}""";
        var answer = await typed.InferAsync("two_outputs", body);

        answer.At("/outputs/0/data").GetRawText().ShouldBe("""["2.000000:1:b"]""", answer.Text);
    }

    [Fact]
    public async Task Classification_of_strings_is_400()
    {
        var answer = await typed.InferAsync("identity_string", TypedServer.Body("BYTES", "[1,1]", """["a"]""", ""","outputs":[{"name":"y","parameters":{"classification":1}}]"""));

        (answer.Status, answer.At("/field").GetString()).ShouldBe((400, "y"));
    }

    [Fact]
    public async Task A_sample_model_answers_as_by_its_other_routes()
    {
        const string body = """{"inputs":[{"name":"action","datatype":"INT64","shape":[1],"data":[1]},{"name":"david","datatype":"INT64","shape":[1],"data":[1]}]}""";
        var described = await typed.Server.GetAsync("/v2/models/india");
        var shape = described.At("/inputs/0/shape").GetArrayLength() == 1 ? "[1]" : "[1,1]";

        var answer = await typed.InferAsync("india", body.Replace("\"shape\":[1]", $"\"shape\":{shape}").Replace("INT64", described.Text("/inputs/0/datatype")));

        answer.Status.ShouldBe(200, answer.Text);
        answer.At("/outputs/0/data/0").GetDouble().ShouldBe(6);
    }
}
