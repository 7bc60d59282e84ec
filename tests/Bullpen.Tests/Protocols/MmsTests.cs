using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols;

/// <summary>The routes of AWS multi-model-server.</summary>
public sealed class MmsTests
{
    private const string DataFrame = """{"action":{"0":1,"1":1,"2":2,"3":2},"david":{"0":1,"1":2,"2":2,"3":3}}""";

    [SkippableTheory]
    [InlineData("india")]
    [InlineData("/opt/ml/models/india")]
    public async Task The_first_document_from_registration_to_deletion(string url)
    {
        Skip.If(url.StartsWith('/') && Directory.Exists("/opt/ml/models"), "/opt/ml/models exists here, so it is no alias of the model store.");
        await using var server = await RunningServer.StartAsync();

        var registered = await server.PostAsync("/models", $$"""{"model_name":"modelx","url":"{{url}}"}""");
        var loaded = await server.LoadedAsync();
        var predicted = await server.PostAsync("/predictions/modelx", DataFrame);
        var deleted = await server.DeleteAsync("/models/modelx");
        var gone = await server.PostAsync("/predictions/modelx", DataFrame);

        registered.Status.ShouldBe(200, registered.Body);
        registered.Text("/status").ShouldBe("Workers scaled");
        loaded.ShouldBe(["modelx"]);
        predicted.Body.ShouldBe("""{"predictions":[6,9,11,14]}""");
        deleted.Text("/status").ShouldBe("Model \"modelx\" unregistered");
        gone.Status.ShouldBe(404);
        gone.Text("/message").ShouldBe("Model not found: modelx");
        server.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Registration_by_query_loads_nothing_until_the_first_request()
    {
        await using var server = await RunningServer.StartAsync();

        var registered = await server.PostAsync("/models?url=india&model_name=lazy", "");
        (await server.LoadedAsync()).ShouldBeEmpty();
        var predicted = await server.PostAsync("/predictions/lazy", DataFrame);

        registered.Text("/status").ShouldBe("Model \"lazy\" registered");
        predicted.Status.ShouldBe(200);
        (await server.LoadedAsync()).ShouldBe(["lazy"]);
    }

    [Fact]
    public async Task The_list_is_paged_and_the_last_page_has_no_token()
    {
        await using var server = await RunningServer.StartAsync();
        var names = new List<string>();
        var path = "/models?limit=5";
        var pages = 0;
        while (true)
        {
            var page = await server.GetAsync(path);
            names.AddRange(page.Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("modelName").GetString()!));
            pages++;
            if (!page.Json.TryGetProperty("nextPageToken", out var token)) break;
            path = $"/models?limit=5&next_page_token={token.GetString()}";
        }

        pages.ShouldBe(2);
        names.ShouldBe(["expression", "fashion", "guard", "image", "india", "iris", "language_id", "penguins", "sentiment", "spam"]);
    }

    [Fact]
    public async Task An_Open_Inference_body_is_answered_in_that_shape()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/predictions/india", """
            {"id":"7","inputs":[{"name":"action","shape":[2,1],"datatype":"INT64","data":[1,2]},
                                {"name":"david","shape":[2,1],"datatype":"INT64","data":[[1],[3]]}]}
            """);

        answer.Status.ShouldBe(200, answer.Body);
        answer.Text("/model_name").ShouldBe("india");
        answer.Text("/id").ShouldBe("7");
        answer.Text("/outputs/0/name").ShouldBe("prediction");
        answer.At("/outputs/0/data").GetRawText().ShouldBe("[6,14]");
    }

    [Fact]
    public async Task A_body_of_curl_without_a_header_is_taken_for_what_it_is()
    {
        await using var server = await RunningServer.StartAsync();

        (await server.PostAsync("/predictions/india", DataFrame, "application/x-www-form-urlencoded")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_model_of_which_an_older_version_is_in_memory_is_listed_as_loaded_and_deleted_whole()
    {
        using var repository = new TempFolder();
        foreach (var version in new[] { "1", "2" })
            repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"m/{version}/model.onnx");
        repository.Write("m/model.json", """{"versions": "all"}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var answer = await server.PostAsync("/predict", """{"model_id":"m","model_version":1,"input_data":{"action":[1],"david":[1]}}""");

        answer.Text("/model_version").ShouldBe("1");
        (await server.LoadedAsync()).ShouldBe(["m"]);
        (await server.GetAsync("/models/m")).Text("/state").ShouldBe("Ready");
        (await server.GetAsync("/models/m")).At("/versions").GetRawText().ShouldBe("""["2","1"]""");
        (await server.GetAsync("/models")).At("/models/0/bytes").GetInt64().ShouldBe(server.Cache.Budget.Ledger.Used);
        (await server.DeleteAsync("/models/m")).Status.ShouldBe(200);
        server.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Every_answer_has_the_headers_of_multi_model_server()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var path in new[] { "/ping", "/models", "/models/nobody", "/no-such-route" })
        {
            var answer = await server.GetAsync(path);
            answer.Headers.GetValues("x-request-id").Single().ShouldNotBeEmpty();
            answer.Headers.GetValues("Pragma").Single().ShouldBe("no-cache");
        }
    }

    [Fact]
    public async Task A_described_model_shows_its_workers_once_it_is_loaded()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Workers = 3 });

        var before = await server.GetAsync("/models/india");
        await server.PostAsync("/predictions/india", DataFrame);
        var after = await server.GetAsync("/models/india");

        before.At("/workers").GetArrayLength().ShouldBe(0);
        before.Text("/state").ShouldBe("Absent");
        after.At("/workers").GetArrayLength().ShouldBe(3);
        after.Text("/workers/0/status").ShouldBe("READY");
        after.Text("/modelName").ShouldBe("india");
    }

    [Fact]
    public async Task Five_hundred_clients_of_one_cold_model_share_one_load()
    {
        await using var server = await RunningServer.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => server.PostAsync("/predictions/india", DataFrame)));

        answers.ShouldAllBe(answer => answer.Status == 200);
        (await server.GetAsync("/models?loaded=true")).At("/models/0/loads").GetInt64().ShouldBe(1);
    }
}
