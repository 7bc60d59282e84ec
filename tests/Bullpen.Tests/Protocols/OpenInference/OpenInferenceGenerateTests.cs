using System.Text;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>Inputs by name in plain JSON.</summary>
public sealed class OpenInferenceGenerateTests(TypedServer typed) : IClassFixture<TypedServer>
{
    private readonly RunningServer _server = typed.Server;

    [Theory]
    [InlineData("/v2/models/sentiment/generate")]
    [InlineData("/v2/models/sentiment/versions/1/generate")]
    public async Task A_model_of_text_takes_a_string_and_gives_its_outputs_by_name(string path)
    {
        var input = (await _server.GetAsync("/v2/models/sentiment")).Text("/inputs/0/name");

        var answer = await _server.PostAsync(path, $$"""{"id":"42","{{input}}":"This movie was great!","parameters":{"stream":false,"temperature":0},"top":"k"}""");

        answer.Status.ShouldBe(200, answer.Body);
        (answer.Text("/id"), answer.Text("/model_name"), answer.Text("/model_version")).ShouldBe(("42", "sentiment", "1"));
        answer.Text("/label").ShouldBe("positive");
        answer.At("/probabilities").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("identity_int32", "7", "7")]
    [InlineData("identity_int32", "[7]", "7")]
    [InlineData("identity_int32", "[1,2,3]", "[1,2,3]")]
    [InlineData("identity_float32", "[]", "[]")]
    [InlineData("identity_float64", "[NaN,0.5]", "[NaN,0.5]")]
    [InlineData("identity_boolean", "true", "true")]
    [InlineData("identity_string", "\"a\\nb\"", "\"a\\nb\"")]
    [InlineData("identity_string", "[\"a\",\"b\"]", "[\"a\",\"b\"]")]
    [InlineData("identity_scalar", "2.5", "2.5")]
    public async Task A_value_or_a_list_is_the_input_and_one_element_comes_back_as_it_is(string model, string data, string expected)
    {
        var answer = await _server.PostAsync($"/v2/models/{model}/generate", $$"""{"x":{{data}}}""");

        answer.Body.ShouldBe($$"""{"model_name":"{{model}}","model_version":"1","y":{{expected}}}""");
    }

    [Theory]
    [InlineData("""{"x":[1,2],"z":[10,20]}""")]
    [InlineData("""{"z":[10,20],"parameters":{"x":[1,2],"retries":3}}""")]
    public async Task Several_inputs_lie_side_by_side_or_among_the_parameters(string body)
    {
        var answer = await _server.PostAsync("/v2/models/two_outputs/generate", body);

        answer.Status.ShouldBe(200, answer.Body);
        answer.At("/sum").GetRawText().ShouldBe("[11,22]");
        answer.At("/minus").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("/v2/models/identity_string/generate_stream")]
    [InlineData("/v2/models/identity_string/versions/1/generate_stream")]
    public async Task A_stream_is_one_event(string path)
    {
        using var content = new StringContent("""{"x":"a\nb"}""", Encoding.UTF8, "application/json");
        using var answer = await _server.Client.PostAsync(path, content);

        ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString()).ShouldBe((200, "text/event-stream; charset=utf-8"));
        (await answer.Content.ReadAsStringAsync()).ShouldBe("data: {\"model_name\":\"identity_string\",\"model_version\":\"1\",\"y\":\"a\\nb\"}\n\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"x\":[[1]]}")]
    [InlineData("{\"x\":{}}")]
    [InlineData("{\"x\":[{}]}")]
    [InlineData("{\"x\":\"seven\"}")]
    [InlineData("{\"x\":null}")]
    [InlineData("{\"x\":7,\"stop\":[1]}")]
    [InlineData("{\"x\":7,\"parameters\":{\"stop\":{}}}")]
    [InlineData("{\"x\":7,\"parameters\":{\"x\":7}}")]
    [InlineData("{\"x\":7,\"parameters\":7}")]
    [InlineData("{\"x\":7,\"id\":7}")]
    [InlineData("{\"x\":7,\"id\":\"\\ud800\"}")]
    public async Task What_is_no_input_and_no_parameter_is_400_in_the_shape_of_the_protocol(string body)
    {
        foreach (var route in new[] { "generate", "generate_stream" })
        {
            var answer = await _server.PostAsync($"/v2/models/identity_int32/{route}", body);

            answer.Status.ShouldBe(400, answer.Body);
            answer.Text("/error").ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Values_that_do_not_fill_an_inputs_shape_are_400()
    {
        var answer = await _server.PostAsync("/v2/models/identity_scalar/generate", """{"x":[1,2]}""");

        (answer.Status, answer.Text("/field")).ShouldBe((400, "x"));
    }

    [Theory]
    [InlineData("identity_float32", "null")]
    [InlineData("identity_float32", "[1,true]")]
    [InlineData("identity_boolean", "1")]
    public async Task Null_is_no_number_and_numbers_are_no_booleans(string model, string data)
    {
        var answer = await _server.PostAsync($"/v2/models/{model}/generate", $$"""{"x":{{data}}}""");

        (answer.Status, answer.Text("/field")).ShouldBe((400, "x"));
    }

    [Theory]
    [InlineData("/v2/models/nobody/generate", 404)]
    [InlineData("/v2/models/sentiment/versions/7/generate_stream", 404)]
    public async Task An_unknown_model_is_404(string path, int status) => (await _server.PostAsync(path, "{}")).Status.ShouldBe(status);
}
