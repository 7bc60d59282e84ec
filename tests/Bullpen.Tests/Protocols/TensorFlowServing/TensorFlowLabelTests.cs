using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.TensorFlowServing;

/// <summary>What is asked of a version by its label.</summary>
public sealed class TensorFlowLabelTests : IAsyncLifetime
{
    private const string Row = """{"instances":[[1,1]]}""";
    private const string Examples = """{"examples":[{"action":1,"david":1}]}""";

    private readonly TempFolder _repository = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync()
    {
        foreach (var version in new[] { "1", "2" }) _repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"m/{version}/model.onnx");
        _repository.Write("m/model.json", """{"versions":"all","versionLabels":{"stable":"1","canary":2,"same":1}}""");
        _repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "plain.onnx");
        foreach (var version in new[] { "2", "3" }) _repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"newer/{version}/model.onnx");
        _repository.Write("newer/model.json", """{"versionLabels":{"stable":"2","canary":3}}""");
        _repository.Copy(Checkout.At("samples", "models", "iris", "model.onnx"), "iris/model.onnx");
        _repository.Write("iris/model.json", """{"versionLabels":{"stable":"1"}}""");
        _server = await RunningServer.StartAsync(_repository.Path, options => options with { Dialect = "torchserve" });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Theory]
    [InlineData("stable", "1")]
    [InlineData("same", "1")]
    [InlineData("canary", "2")]
    public async Task A_label_stands_for_its_version_in_status_and_metadata(string label, string version)
    {
        (await _server.GetAsync($"/v1/models/m/labels/{label}")).Body.ShouldBe((await _server.GetAsync($"/v1/models/m/versions/{version}")).Body);
        (await _server.GetAsync($"/v1/models/m/labels/{label}")).Text("/model_version_status/0/version").ShouldBe(version);
        (await _server.GetAsync($"/v1/models/m/labels/{label}/metadata")).Text("/model_spec/version").ShouldBe(version);
    }

    [Fact]
    public async Task A_label_stands_for_its_version_in_every_operation()
    {
        (await _server.PostAsync("/v1/models/m/labels/stable:predict", Row)).Body.ShouldBe("""{"predictions":[[6.0]]}""");
        (await _server.PostAsync("/v1/models/m/labels/canary:regress", Examples)).Body.ShouldBe("""{"results":[6.0]}""");
        var classified = await _server.PostAsync(
            "/v1/models/iris/labels/stable:classify", """{"examples":[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]}""");
        classified.Text("/results/0/0/0").ShouldBe("setosa");
        (await _server.GetAsync("/models?loaded=true")).Body.ShouldContain("\"modelName\":\"m\"");
    }

    [Theory]
    [InlineData("m", "unknown", "one of canary, same, stable")]
    [InlineData("plain", "stable", "no label: the manifest of plain declares none (versionLabels)")]
    public async Task An_unknown_label_is_400_and_says_which_there_are(string model, string label, string expected)
    {
        var answer = await _server.GetAsync($"/v1/models/{model}/labels/{label}");

        (answer.Status, answer.Text("/field"), answer.Text("/got"), answer.Text("/expected")).ShouldBe((400, "label", label, expected));
        answer.Text("/error").ShouldBe($"Unrecognized servable version label: {label}. Expected {expected}.");
        (await _server.GetAsync($"/v1/models/{model}/labels/{label}/metadata")).Body.ShouldBe(answer.Body);
        foreach (var operation in new[] { "predict", "classify", "regress" })
            (await _server.PostAsync($"/v1/models/{model}/labels/{label}:{operation}", Row)).Body.ShouldBe(answer.Body);
    }

    [Fact]
    public async Task A_label_of_a_version_that_was_taken_out_of_service_is_404()
    {
        (await _server.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/models/m/1"))).Status.ShouldBe(200);

        (await _server.PostAsync("/v1/models/m/labels/stable:predict", Row)).Status.ShouldBe(404);
        (await _server.GetAsync("/v1/models/m/labels/stable")).Text("/error").ShouldBe("Could not find that version of model m; it has 2.");
        (await _server.PostAsync("/v1/models/m/labels/canary:predict", Row)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_label_of_a_version_that_is_not_served_is_404_and_all_else_is_answered()
    {
        (await _server.PostAsync("/v1/models/newer/labels/stable:predict", Row)).Status.ShouldBe(404);
        (await _server.GetAsync("/v1/models/newer/labels/stable")).Text("/error").ShouldBe("Could not find that version of model newer; it has 3.");
        (await _server.PostAsync("/v1/models/newer/labels/canary:predict", Row)).Status.ShouldBe(200);
        (await _server.PostAsync("/v1/models/newer:predict", Row)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Only_TensorFlow_knows_labels()
    {
        (await _server.GetAsync("/v2/models/m/versions/stable")).Status.ShouldBe(404);
        (await _server.PostAsync("/predictions/m/stable", Row)).Status.ShouldBe(404);
    }
}
