using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.Mms;

/// <summary>Where TorchServe differs from multi-model-server.</summary>
public sealed class TorchServeTests : IAsyncLifetime
{
    private const string Row = """{"action":[1],"david":[1]}""";

    private readonly TempFolder _repository = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync()
    {
        foreach (var version in new[] { "1", "2" })
            _repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"m/{version}/model.onnx");
        _repository.Write("m/model.json", """{"versions": "all"}""");
        _server = await RunningServer.StartAsync(_repository.Path, options => options with { Dialect = "torchserve", Workers = 4 });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task A_description_is_a_list_with_the_length_of_the_queue()
    {
        var one = await _server.GetAsync("/models/m");
        var all = await _server.GetAsync("/models/m/all");
        var first = await _server.GetAsync("/models/m/1");

        one.Json.GetArrayLength().ShouldBe(1);
        one.Text("/0/modelVersion").ShouldBe("2");
        one.At("/0/jobQueueStatus").GetRawText().ShouldBe("""{"remainingCapacity":1000,"pendingRequests":0}""");
        one.At("/0/maxWorkers").GetInt32().ShouldBe(4);
        all.Json.EnumerateArray().Select(version => version.GetProperty("modelVersion").GetString()).ShouldBe(["2", "1"]);
        first.Text("/0/modelVersion").ShouldBe("1");
        (await _server.GetAsync("/models/m/3")).Status.ShouldBe(404);
        (await _server.GetAsync("/models/nobody/all")).Text("/message").ShouldBe("Model not found: nobody");
    }

    [Fact]
    public async Task Registrations_and_workers_are_told_in_its_words()
    {
        (await _server.PostAsync("/models?url=m&model_name=a", "")).Text("/status").ShouldBe(
            "Model \"a\" Version: 2 registered with 0 initial workers. Use scale workers API to add workers for the model.");
        (await _server.PostAsync("/models?url=m&model_name=b&initial_workers=2&synchronous=true", "")).Text("/status").ShouldBe(
            "Model \"b\" Version: 2 registered with 2 initial workers");
        (await PutAsync("/models/a?min_worker=3&synchronous=true")).Text("/status").ShouldBe("Workers scaled to 3 for model: a");
        (await PutAsync("/models/a/1?min_worker=2&synchronous=true")).Text("/status").ShouldBe("Workers scaled to 2 for model: a, version: 1");
        (await PutAsync("/models/a?min_worker=1")).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_version_is_asked_by_its_path_and_made_the_default()
    {
        (await _server.PostAsync("/predictions/m/1", Row)).Body.ShouldBe("""{"predictions":[6]}""");
        (await _server.GetAsync("/models/m/1")).Text("/0/state").ShouldBe("Ready");
        (await _server.GetAsync("/models/m/2")).Text("/0/state").ShouldBe("Absent");
        (await _server.PostAsync("/predictions/m/3", Row)).Status.ShouldBe(404);

        var answer = await PutAsync("/models/m/1/set-default");

        (answer.Status, answer.Text("/status")).ShouldBe((200, "Default version successfully updated for model \"m\" to \"1\""));
        (await _server.GetAsync("/models/m")).Text("/0/modelVersion").ShouldBe("1");
        (await PutAsync("/models/m/7/set-default")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_chosen_default_outlives_a_change_of_the_files()
    {
        await PutAsync("/models/m/1/set-default");
        _repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m/3/model.onnx");

        await _server.LookTwiceAsync();

        (await _server.GetAsync("/models/m/all")).Json.GetArrayLength().ShouldBe(3);
        (await _server.GetAsync("/models/m")).Text("/0/modelVersion").ShouldBe("1");
    }

    [Fact]
    public async Task Versions_are_unregistered_one_by_one_the_default_last()
    {
        await _server.PostAsync("/predictions/m/1", Row);

        (await _server.DeleteAsync("/models/m/2")).Text("/message").ShouldBe("Cannot remove default version for model m");
        (await _server.DeleteAsync("/models/m/1")).Text("/status").ShouldBe("Model \"m\" unregistered");
        _server.Cache.Budget.Ledger.Used.ShouldBe(0);
        (await _server.GetAsync("/models/m/1")).Status.ShouldBe(404);
        (await _server.DeleteAsync("/models/m/2")).Status.ShouldBe(200);
        (await _server.GetAsync("/models/m")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Explanations_are_refused_with_the_reason()
    {
        var answer = await _server.PostAsync("/explanations/m", Row);

        answer.Status.ShouldBe(400);
        answer.Text("/message")!.ShouldStartWith("Explanations are not supported");
    }

    [Fact]
    public async Task The_description_of_the_API_has_its_routes_too()
    {
        var paths = (await _server.GetAsync("/api-description")).At("/paths").EnumerateObject().Select(path => path.Name);

        paths.ShouldContain("/models/{model}/{version}/set-default");
        (await _server.GetAsync("/ping")).Body.ShouldBe("""{"status":"Healthy"}""");
    }

    [Fact]
    public async Task SageMakers_invoke_is_no_version() =>
        (await _server.PostAsync("/models/m/invoke", Row)).Body.ShouldBe("""{"predictions":[6]}""");

    private Task<Answer> PutAsync(string path) => _server.SendAsync(new HttpRequestMessage(HttpMethod.Put, path));
}
