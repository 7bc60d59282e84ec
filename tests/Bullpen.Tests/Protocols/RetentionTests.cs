using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols;

/// <summary>What clients and manifests say of how long a model stays, over HTTP.</summary>
public sealed class RetentionTests
{
    private const string Columns = """{"action": {"0": 1}, "david": {"0": 1}}""";

    [Fact]
    public async Task Keep_alive_of_zero_unloads_the_model_once_it_is_answered()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync(
            "/predict", """{"model_id":"india","input_data":{"action":[1],"david":[1]},"keep_alive":0}""");

        answer.Status.ShouldBe(200);
        server.Cache.Residents().ShouldAllBe(resident => resident.Status.State == ModelState.Unloading);
    }

    [Theory]
    [InlineData("?keep_alive=5m", null, 300)]
    [InlineData("?keep_alive=-1", "5m", -0.001)]
    [InlineData("", "90", 90)]
    public async Task Predictions_take_it_from_the_address_or_a_header(string query, string? header, double seconds)
    {
        await using var server = await RunningServer.StartAsync();
        if (header is not null) server.Client.DefaultRequestHeaders.Add("X-Bullpen-Keep-Alive", header);

        (await server.PostAsync("/predictions/india" + query, Columns)).Status.ShouldBe(200);

        var status = server.Cache.Residents().ShouldHaveSingleItem().Status;
        status.KeepAlive.ShouldBe(new KeepAlive(TimeSpan.FromSeconds(seconds)));
        status.IsPinned.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"soon\"", "'soon'")]
    [InlineData("-5", "'-5'")]
    [InlineData("\"25h\"", "'25h'")]
    [InlineData("[1]", "JSON array")]
    public async Task What_is_no_time_is_refused_and_nothing_is_loaded(string keepAlive, string actual)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync(
            "/predict", $$"""{"model_id":"india","input_data":{"action":[1],"david":[1]},"keep_alive":{{keepAlive}}}""");

        answer.Status.ShouldBe(422);
        answer.Text("/field").ShouldBe("keep_alive");
        answer.Text("/got").ShouldBe(actual);
        server.Cache.Residents().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_parameter_is_no_time()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/predictions/india?keep_alive=", Columns);

        (answer.Status, answer.Text("/field"), answer.Text("/got")).ShouldBe((400, "keep_alive", "''"));
    }

    [Fact]
    public async Task A_delete_says_what_came_back()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync("/predictions/india", Columns);

        var loaded = await server.DeleteAsync("/models/india");
        var absent = await server.DeleteAsync("/models/iris");

        loaded.Status.ShouldBe(200);
        loaded.At("/reclaimedBytes").ValueKind.ShouldBeOneOf(System.Text.Json.JsonValueKind.Number, System.Text.Json.JsonValueKind.Null);
        loaded.At("/residueBytes").ValueKind.ShouldBeOneOf(System.Text.Json.JsonValueKind.Number, System.Text.Json.JsonValueKind.Null);
        absent.At("/reclaimedBytes").GetInt64().ShouldBe(0);
        absent.At("/residueBytes").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_warm_up_of_a_manifest_is_run_and_a_wrong_one_fails_the_load_with_its_number()
    {
        using var repository = new TempFolder();
        foreach (var name in new[] { "good", "bad" })
            repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"{name}/model.onnx");
        repository.Write("good/model.json", """{"warmup": [{"action": [1], "david": [2]}]}""");
        repository.Write("bad/model.json", """{"warmup": [{"action": [1], "david": [2]}, "text"]}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        (await server.PostAsync("/predictions/good", Columns)).Status.ShouldBe(200);
        var bad = await server.PostAsync("/predictions/bad", Columns);

        bad.Status.ShouldBe(400);
        bad.Text("/message").ShouldStartWith("Model bad: warm-up 2 of 2 of its model.json (\"warmup\") failed. ");
    }

    [Fact]
    public async Task Preloaded_models_are_in_memory_without_a_request_and_readiness_does_not_wait_for_them()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Preload = "iris,india" });

        (await server.GetAsync("/models")).Status.ShouldBe(200);

        string[] loaded;
        do
        {
            loaded = [.. await server.LoadedAsync()];
        }
        while (loaded.Length < 2);
        loaded.ShouldBe(["india", "iris"]);
    }
}
