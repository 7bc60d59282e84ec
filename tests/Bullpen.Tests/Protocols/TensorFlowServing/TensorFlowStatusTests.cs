using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Protocols.TensorFlowServing;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.TensorFlowServing;

/// <summary>What is asked of a model without running it.</summary>
public sealed class TensorFlowStatusTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private const string Fine = "\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}";

    private readonly RunningServer _server = sample.Server;

    [Fact]
    public async Task The_list_holds_the_names() =>
        (await _server.GetAsync("/v1/models")).Body.ShouldBe(
            """{"models":["expression","fashion","guard","image","india","iris","language_id","penguins","sentiment","spam"]}""");

    [Fact]
    public async Task One_answer_holds_what_clients_of_both_protocols_look_for()
    {
        var answer = await _server.GetAsync("/v1/models/india");

        answer.Body.ShouldBe($$"""{"name":"india","ready":true,"model_version_status":[{"version":"1","state":"AVAILABLE",{{Fine}}}]}""");
        (await _server.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/models/india"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Versions_have_a_status_each_and_one_alone()
    {
        using var repository = new TempFolder();
        var model = Checkout.At("samples", "models", "india", "model.onnx");
        foreach (var version in new[] { "1", "2" }) repository.Copy(model, $"m/{version}/model.onnx");
        repository.Write("m/model.json", """{"versions":"all"}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        (await server.GetAsync("/v1/models/m")).Body.ShouldBe(
            $$"""{"name":"m","ready":true,"model_version_status":[{"version":"2","state":"AVAILABLE",{{Fine}}},{"version":"1","state":"AVAILABLE",{{Fine}}}]}""");
        (await server.GetAsync("/v1/models/m/versions/1")).Body.ShouldBe($$"""{"model_version_status":[{"version":"1","state":"AVAILABLE",{{Fine}}}]}""");
        (await server.PostAsync("/v1/models/m/versions/1:predict", """{"instances":[[1,1]]}""")).Body.ShouldBe("""{"predictions":[[6.0]]}""");
        (await server.GetAsync("/v1/models/m/versions/1/metadata")).Text("/model_spec/version").ShouldBe("1");
        var unknown = await server.GetAsync("/v1/models/m/versions/3");
        (unknown.Status, unknown.Text("/error")).ShouldBe((404, "Could not find that version of model m; it has 2, 1."));
    }

    [Fact]
    public async Task What_cannot_be_served_has_ended_and_is_not_ready()
    {
        using var repository = new TempFolder();
        repository.Write("m.onnx", "no model");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var answer = await server.GetAsync("/v1/models/m");

        (answer.Status, answer.At("/ready").GetBoolean()).ShouldBe((200, false));
        (answer.Text("/model_version_status/0/state"), answer.Text("/model_version_status/0/status/error_code")).ShouldBe(("END", "FAILED_PRECONDITION"));
        answer.Text("/model_version_status/0/status/error_message").ShouldNotBeEmpty();
        answer.ShouldGiveNothingAway();
        (await server.GetAsync("/v1/models")).Body.ShouldBe("""{"models":[]}""");
        (await server.PostAsync("/v1/models/m:predict", """{"instances":[1]}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Where_a_platform_decides_what_is_not_loaded_is_not_there()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Lifecycle = "external" });

        (await server.GetAsync("/v1/models")).Body.ShouldBe("""{"models":[]}""");
        (await server.GetAsync("/v1/models/india")).Status.ShouldBe(404);
        (await server.PostAsync("/v1/models/india:predict", """{"instances":[[1,1]]}""")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(ModelState.Absent, "AVAILABLE", true)]
    [InlineData(ModelState.Loading, "LOADING", true)]
    [InlineData(ModelState.Ready, "AVAILABLE", true)]
    [InlineData(ModelState.Draining, "UNLOADING", true)]
    [InlineData(ModelState.Unloading, "UNLOADING", true)]
    [InlineData(ModelState.Failed, "END", false)]
    public void Every_state_has_its_word(ModelState state, string word, bool isReady)
    {
        var definition = new ModelDefinition { Id = new ModelId("m", "1"), Path = "", Url = "m", Origin = default };

        var told = TensorFlowState.Of(definition, new ModelStatus { State = state, Failure = state == ModelState.Failed ? "It broke." : null });

        (told.State, told.IsReady, told.Message).ShouldBe((word, isReady, isReady ? "" : "It broke."));
    }

    [Fact]
    public async Task Metadata_is_the_models_own_signature()
    {
        var answer = await _server.GetAsync("/v1/models/sentiment/metadata");

        answer.At("/model_spec").GetRawText().ShouldBe("""{"name":"sentiment","signature_name":"","version":"1"}""");
        var signature = answer.At("/metadata/signature_def/signature_def/serving_default");
        signature.GetProperty("method_name").GetString().ShouldBe("tensorflow/serving/predict");
        signature.GetProperty("inputs").GetRawText().ShouldBe(
            """{"text":{"dtype":"DT_STRING","tensor_shape":{"dim":[{"size":"-1","name":""}],"unknown_rank":false},"name":"text"}}""");
        signature.GetProperty("outputs").GetProperty("probabilities").GetProperty("dtype").GetString().ShouldBe("DT_FLOAT");
    }

    [Fact]
    public async Task An_unknown_model_is_404_with_near_names()
    {
        foreach (var path in new[] { "/v1/models/indai", "/v1/models/indai/metadata", "/v1/models/indai/versions/1", "/v1/models/indai/labels/x" })
        {
            var answer = await _server.GetAsync(path);
            (answer.Status, answer.Text("/error")).ShouldBe((404, "Model not found: indai"), path);
            answer.Text("/suggestions/0").ShouldBe("india");
        }
    }

    [Theory]
    [InlineData("GET", "/v1/models/india:predict", 405)]
    [InlineData("GET", "/v1/models/india/versions/1:classify", 405)]
    [InlineData("PUT", "/v1/models/india", 405)]
    [InlineData("POST", "/v1/models/india:unknown", 404)]
    [InlineData("POST", "/v1/models", 405)]
    [InlineData("GET", "/v1/models/india/unknown", 404)]
    public async Task What_is_no_call_of_the_protocol_is_told_in_its_words(string method, string path, int status)
    {
        var answer = await _server.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        answer.Status.ShouldBe(status, answer.Body);
        answer.Text("/error")!.ShouldStartWith("Requested ");
    }

    [Theory]
    [InlineData(null, "alive")]
    [InlineData("*/*", "alive")]
    [InlineData("application/json", "alive")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", null)]
    [InlineData("text/plain", null)]
    [InlineData("text/plain;q=0, */*", "alive")]
    public async Task The_start_page_is_alive_to_programs_and_text_to_people(string? accept, string? status)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (accept is not null) request.Headers.Add("Accept", accept);
        using var response = await _server.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe(status is null ? "text/plain" : "application/json");
        if (status is null) body.ShouldStartWith("Bullpen ");
        else JsonDocument.Parse(body).RootElement.GetProperty("status").GetString().ShouldBe(status);
    }

    [Fact]
    public async Task The_list_is_managements_and_a_models_own_status_is_everybodys()
    {
        await using var server = await RunningServer.StartAsync(options => options with { ManagementUrls = "http://127.0.0.2:0" });

        (await server.GetAsync("/v1/models")).Status.ShouldBe(404);
        (await RunningServer.SendAsync(server.Management, new HttpRequestMessage(HttpMethod.Get, "/v1/models"))).Status.ShouldBe(200);
        (await server.GetAsync("/v1/models/india")).Status.ShouldBe(200);
        (await RunningServer.SendAsync(server.Management, new HttpRequestMessage(HttpMethod.Get, "/v1/models/india"))).Status.ShouldBe(200);
    }
}
