using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.TensorFlowServing;

/// <summary><c>:predict</c> in rows and in columns, of models of every kind.</summary>
public sealed class TensorFlowPredictTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private readonly RunningServer _server = sample.Server;

    [Theory]
    [InlineData("""{"instances":[{"action":1,"david":1},{"action":2,"david":2}]}""")]
    [InlineData("""{"instances":[{"action":[1],"david":[1]},{"david":[2],"action":[2]}],"signature_name":"serving_default"}""")]
    [InlineData("""{"instances":[[1,1],[2,2]],"signature_name":""}""")]
    public async Task Rows_are_answered_by_a_prediction_each_in_the_outputs_own_shape(string body) =>
        (await PredictAsync("india", body)).Body.ShouldBe("""{"predictions":[[6.0],[11.0]]}""");

    [Theory]
    [InlineData("""{"inputs":{"action":[[1],[2]],"david":[[1],[2]]}}""")]
    [InlineData("""{"inputs":{"action":[1,2],"david":[1,2]}}""")]
    public async Task Columns_are_answered_by_the_output_whole(string body) =>
        (await PredictAsync("india", body)).Body.ShouldBe("""{"outputs":[[6.0],[11.0]]}""");

    [Fact]
    public async Task Several_outputs_are_named_in_both_formats()
    {
        var rows = await PredictAsync("sentiment", """{"instances":["good","bad"]}""");
        var columns = await PredictAsync("sentiment", """{"inputs":["good","bad"]}""");

        rows.At("/predictions").GetArrayLength().ShouldBe(2);
        rows.At("/predictions/0").EnumerateObject().Select(property => property.Name).ShouldBe(["label", "probabilities"]);
        rows.Text("/predictions/1/label").ShouldBe("negative");
        columns.At("/outputs/label").GetRawText().ShouldBe("""["positive","negative"]""");
        columns.At("/outputs/probabilities/1").GetRawText().ShouldBe(rows.At("/predictions/1/probabilities").GetRawText());
    }

    [Theory]
    [InlineData("""{"instances":[{"b64":"Z29vZA=="}]}""")]
    [InlineData("""{"instances":[{"text":{"b64":"Z29vZA=="}}]}""")]
    [InlineData("""{"instances":[{"text":"good"}]}""")]
    public async Task Bytes_in_base64_are_a_string(string body) =>
        (await PredictAsync("sentiment", body)).Body.ShouldBe((await PredictAsync("sentiment", """{"instances":["good"]}""")).Body);

    [Fact]
    public async Task A_picture_in_base64_is_a_picture()
    {
        var picture = Convert.ToBase64String(await File.ReadAllBytesAsync(Checkout.At("samples", "images", "cat.jpg")));

        var rows = await PredictAsync("image", $$$"""{"instances":[{"b64":"{{{picture}}}"}]}""");
        var named = await PredictAsync("image", $$$$"""{"inputs":{"image":{"b64":"{{{{picture}}}}"}}}""");

        rows.Text("/predictions/0/label").ShouldBe("Cat");
        named.Text("/outputs/label/0").ShouldBe("Cat");
    }

    [Fact]
    public async Task A_version_may_be_named_and_the_colon_may_be_escaped()
    {
        const string body = """{"instances":[[1,1]]}""";
        (await _server.PostAsync("/v1/models/india/versions/1:predict", body)).Body.ShouldBe("""{"predictions":[[6.0]]}""");
        (await _server.PostAsync("/v1/models/india%3Apredict", body)).Body.ShouldBe("""{"predictions":[[6.0]]}""");
        (await _server.PostAsync("/v1/models/india/versions/7:predict", body)).Status.ShouldBe(404);
        (await _server.PostAsync("/v1/models/a:b:predict", body)).Text("/error").ShouldBe("Model not found: a:b");
    }

    [Fact]
    public async Task A_body_is_JSON_whatever_its_content_type_says() =>
        (await _server.PostAsync("/v1/models/india:predict", """{"instances":[[1,1]]}""", "application/x-www-form-urlencoded")).Body
            .ShouldBe("""{"predictions":[[6.0]]}""");

    [Fact]
    public async Task How_long_a_model_is_kept_may_be_said_as_elsewhere() =>
        (await _server.PostAsync("/v1/models/india:predict?keep_alive=never", """{"instances":[[1,1]]}""")).Text("/field").ShouldBe("keep_alive");

    [Theory]
    [InlineData("predict")]
    [InlineData("classify")]
    [InlineData("regress")]
    public async Task Another_signature_is_not_found_in_the_words_of_TensorFlow_Serving(string operation)
    {
        var answer = await _server.PostAsync($"/v1/models/india:{operation}", """{"instances":[[1,1]],"examples":[{}],"signature_name":"other"}""");

        (answer.Status, answer.Text("/field"), answer.Text("/got")).ShouldBe((400, "signature_name", "'other'"));
        answer.Text("/error")!.ShouldStartWith("Serving signature name: \"other\" not found in signature def");
        answer.Text("/error")!.ShouldEndWith("expects 'serving_default', the one signature that a model has here.");
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("[1]", "field body: expected an object, got an array")]
    [InlineData("""{"data":1}""", "expected 'instances' or 'inputs', got neither")]
    [InlineData("""{"instances":[[1,1]],"inputs":[[1,1]]}""", "expected one of 'instances' and 'inputs', got both")]
    [InlineData("""{"instances":5}""", "field instances: expected an array, got a number")]
    [InlineData("""{"instances":[]}""", "field instances: expected at least one element, got an empty array")]
    [InlineData("""{"instances":[[1,1]],"signature_name":5}""", "field signature_name: expected 'serving_default'")]
    [InlineData("""{"instances":[1,1]}""", "got 2 instances that make int64[1,1]")]
    [InlineData("""{"instances":[{"action":1}]}""", "input david: expected a value for every column")]
    [InlineData("""{"instances":[[1,"x"]]}""", "input david: expected a whole number")]
    [InlineData("""{"instances":[[1,NaN]]}""", "input david: expected a whole number")]
    public async Task A_wrong_body_is_400_and_says_what_is_wrong(string body, string message)
    {
        var answer = await PredictAsync("india", body);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/error")!.ShouldContain(message);
    }

    [Fact]
    public async Task Base64_that_is_none_is_400() =>
        (await PredictAsync("sentiment", """{"instances":[{"b64":"%"}]}""")).Status.ShouldBe(400);

    [Fact]
    public async Task NaN_and_infinities_come_and_go_as_bare_words()
    {
        await using var server = await StartWithAsync("identity_float32", "identity_string");
        const string values = "[[1.5,NaN],[-Infinity,Infinity]]";

        (await server.PostAsync("/v1/models/identity_float32:predict", $$"""{"instances":{{values}}}""")).Body.ShouldBe($$"""{"predictions":{{values}}}""");
        (await server.PostAsync("/v1/models/identity_float32:predict", """{"inputs": {"x": """ + values + "}}")).Body.ShouldBe($$"""{"outputs":{{values}}}""");
        (await server.PostAsync("/v1/models/identity_string:predict", """{"instances":[["NaN","-Infinity\""]]}""")).Body
            .ShouldBe("""{"predictions":[["NaN","-Infinity\""]]}""");
        (await server.PostAsync("/v1/models/identity_float32:predict", """{"instances":[[Nan]]}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task An_output_without_rows_is_for_the_column_format()
    {
        await using var server = await StartWithAsync("identity_scalar", "matmul_2x4");

        (await server.PostAsync("/v1/models/identity_scalar:predict", """{"inputs":5}""")).Body.ShouldBe("""{"outputs":5.0}""");
        var rows = await server.PostAsync("/v1/models/identity_scalar:predict", """{"instances":[5]}""");
        rows.Status.ShouldBe(400, rows.Body);
    }

    [Fact]
    public async Task A_matrix_takes_its_rows_under_the_inputs_name()
    {
        await using var server = await StartWithAsync("identity_float32");

        (await server.PostAsync("/v1/models/identity_float32:predict", """{"instances":[{"x":[1,2,3]},{"x":[4,5,6]}]}""")).Body
            .ShouldBe("""{"predictions":[[1.0,2.0,3.0],[4.0,5.0,6.0]]}""");
        var uneven = await server.PostAsync("/v1/models/identity_float32:predict", """{"instances":[{"x":[1,2,3]},{"x":[4,5]}]}""");
        uneven.Status.ShouldBe(400, uneven.Body);
        (await server.PostAsync("/v1/models/identity_float32:predict", """{"instances":[{"x":[1,2,3]},{"z":[4,5,6]}]}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_deep_or_a_huge_promise_is_400_at_once()
    {
        var deep = await PredictAsync("india", """{"instances":""" + new string('[', 250_000));
        deep.Status.ShouldBe(400);
        var ragged = $$"""{"inputs":[{{string.Join(',', Enumerable.Repeat("0", 100_000))}},[1]]}""";
        (await PredictAsync("india", ragged)).Status.ShouldBe(400);
        (await PredictAsync("india", """{"instances":[[1,1]]}""")).Status.ShouldBe(200);
    }

    private Task<Answer> PredictAsync(string model, string body) => _server.PostAsync($"/v1/models/{model}:predict", body);

    private static async Task<RunningServer> StartWithAsync(params string[] models)
    {
        using var repository = new TempFolder();
        foreach (var model in models) repository.Copy(Checkout.At("tests", "Bullpen.Onnx.Tests", "Models", model + ".onnx"), model + ".onnx");
        var server = await RunningServer.StartAsync(repository.Path);

        // Loaded while the folder is there.
        foreach (var model in models) (await server.GetAsync($"/v1/models/{model}/metadata")).Status.ShouldBe(200);
        return server;
    }
}
