namespace Bullpen.Tests.Protocols.TensorFlowServing;

/// <summary><c>:classify</c> and <c>:regress</c>, whose rows are examples.</summary>
public sealed class TensorFlowClassifyTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private readonly RunningServer _server = sample.Server;

    [Fact]
    public async Task A_classifier_gives_its_labels_with_their_scores()
    {
        var answer = await _server.PostAsync("/v1/models/sentiment:classify", """{"examples":[{"text":"good"},{"text":["bad"]}]}""");

        answer.At("/results").GetArrayLength().ShouldBe(2);
        (answer.Text("/results/0/0/0"), answer.Text("/results/0/1/0")).ShouldBe(("negative", "positive"));
        answer.At("/results/0/1/1").GetDouble().ShouldBeGreaterThan(0.5);
        answer.At("/results/1/0/1").GetDouble().ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public async Task Examples_are_rows_of_a_table_and_share_the_features_of_their_context()
    {
        const string whole = """{"examples":[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":[1.4],"petal_width":0.2}]}""";
        const string shared = """{"context":{"sepal_width":3.5,"petal_width":9},"examples":[{"sepal_length":5.1,"petal_length":1.4,"petal_width":0.2}]}""";

        var answer = await _server.PostAsync("/v1/models/iris/versions/1:classify", whole);

        answer.Status.ShouldBe(200, answer.Body);
        answer.Text("/results/0/0/0").ShouldBe("setosa");
        answer.At("/results/0/0/1").GetDouble().ShouldBeGreaterThan(0.5);
        (await _server.PostAsync("/v1/models/iris:classify", shared)).Body.ShouldBe(answer.Body);
    }

    [Fact]
    public async Task A_regression_gives_a_number_for_each_example()
    {
        const string body = """{"context":{"david":1},"examples":[{"action":1},{"action":[2]}]}""";
        (await _server.PostAsync("/v1/models/india:regress", body)).Body.ShouldBe("""{"results":[6.0,8.0]}""");
        (await _server.PostAsync("/v1/models/india/versions/1:regress", body)).Body.ShouldBe("""{"results":[6.0,8.0]}""");
    }

    [Theory]
    [InlineData("india:classify", """{"examples":[{"action":1,"david":1}]}""", "expected a classifier")]
    [InlineData("sentiment:regress", """{"examples":[{"text":"good"}]}""", "expected a regression")]
    [InlineData("india:regress", """{"instances":[[1,1]]}""", "field examples: expected 'examples', got nothing")]
    [InlineData("india:regress", """{"examples":{}}""", "field examples: expected an array, got an object")]
    [InlineData("india:regress", """{"examples":[]}""", "field examples: expected at least one element")]
    [InlineData("india:regress", """{"examples":[5]}""", "field examples[0]: expected an object, got a number")]
    [InlineData("india:regress", """{"context":[],"examples":[{"action":1}]}""", "field context: expected an object, got an array")]
    [InlineData("india:regress", """{"examples":[{"action":1}]}""", "input david: expected a value for every column")]
    [InlineData("india:regress", """{"examples":[{"action":[1,2],"david":1}]}""", "input action: expected a whole number")]
    [InlineData("india:regress", """{"examples":[{"action":1,"david":1}],"signature_name":"x"}""", "Serving signature name: \"x\" not found")]
    public async Task What_a_model_cannot_do_or_read_is_400_and_said(string path, string body, string message)
    {
        var answer = await _server.PostAsync("/v1/models/" + path, body);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/error")!.ShouldContain(message);
    }

    [Theory]
    [InlineData("classify")]
    [InlineData("regress")]
    public async Task Features_nested_as_deep_as_a_body_may_be_are_no_fault_of_the_server(string operation)
    {
        var nested = new string('[', 97) + "1" + new string(']', 97);

        var answer = await _server.PostAsync($"/v1/models/india:{operation}", $$"""{"examples":[{"action":{{nested}},"david":1}]}""");

        answer.Status.ShouldBe(400, answer.Body);
    }

    [Fact]
    public async Task A_context_does_not_multiply_without_end()
    {
        var context = new string('x', 100_000);
        var examples = string.Join(',', Enumerable.Repeat("{}", 42));

        var answer = await _server.PostAsync("/v1/models/india:regress", $$$"""{"context":{"david":"{{{context}}}"},"examples":[{{{examples}}}]}""");

        answer.Status.ShouldBe(413, answer.Body);
        answer.Text("/error")!.ShouldContain("more than the limit of 4 MiB");
    }

    [Fact]
    public async Task An_explanation_is_refused_as_not_implemented()
    {
        var answer = await _server.PostAsync("/v1/models/india:explain", """{"instances":[[1,1]]}""");

        (answer.Status, answer.Text("/error")).ShouldBe((501, "Model india: explanations are not supported; :predict is."));
        (await _server.PostAsync("/v1/models/nobody:explain", "{}")).Status.ShouldBe(404);
    }
}
