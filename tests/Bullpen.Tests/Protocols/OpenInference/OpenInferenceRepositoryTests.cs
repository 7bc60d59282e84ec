using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>The index, loading and unloading by name.</summary>
public sealed class OpenInferenceRepositoryTests
{
    [Fact]
    public async Task A_model_is_loaded_listed_as_ready_and_unloaded_and_then_not_ready_until_it_is_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldBe(200, "the first request loads it");
        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();

        var loaded = await server.PostAsync("/v2/repository/models/india/load", "");
        (loaded.Status, loaded.Body).ShouldBe((200, ""));
        (await IndexAsync(server, """{"ready":true}""")).ShouldBe(["india 1 READY "]);
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldBe(200);

        var unloaded = await server.PostAsync("/v2/repository/models/india/unload", """{"parameters":{"unload_dependents":true}}""");
        (unloaded.Status, unloaded.Body).ShouldBe((200, ""));
        (await IndexAsync(server, "")).ShouldContain("india 1 UNAVAILABLE not in memory: the first request loads it");
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldBe(503);
        (await server.GetAsync("/v2/models/india/versions/1/ready")).Body.ShouldBe("""{"name":"india","ready":false}""");

        (await server.PostAsync("/predictions/india", """{"action":[1],"david":[1]}""")).Status.ShouldBe(200);
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_load_of_what_is_not_there_fails_in_the_words_that_clients_look_for()
    {
        await using var server = await RunningServer.StartAsync();

        var load = await server.PostAsync("/v2/repository/models/nobody/load", "{}");
        var unload = await server.PostAsync("/v2/repository/models/nobody/unload", "{}");

        load.Status.ShouldBe(404);
        load.Text("/error")!.ShouldStartWith("failed to load 'nobody', ");
        (unload.Status, unload.Text("/error")).ShouldBe((404, "Request for unknown model: 'nobody' is not found"));
    }

    [Theory]
    [InlineData("""{"parameters":{"config":"{\"max_batch_size\":8}"}}""", "the parameter config is not supported")]
    [InlineData("""{"parameters":{"file:1/model.onnx":"AAAA"}}""", "the parameter file: is not supported")]
    public async Task A_load_with_a_configuration_or_files_of_its_own_is_501_and_loads_nothing(string body, string reason)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/v2/repository/models/india/load", body);

        answer.Status.ShouldBe(501, answer.Body);
        answer.Text("/error")!.ShouldContain($"failed to load 'india', {reason}");
        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v2/repository/index", """{"ready":1}""")]
    [InlineData("/v2/repository/index", "[]")]
    [InlineData("/v2/repository/models/india/load", """{"parameters":[]}""")]
    [InlineData("/v2/repository/models/india/unload", "{")]
    public async Task A_body_that_is_not_what_it_should_be_is_400(string path, string body)
    {
        await using var server = await RunningServer.StartAsync();

        (await server.PostAsync(path, body)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_broken_model_is_listed_with_its_reason()
    {
        using var repository = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(repository.Path, "broken.onnx"), "not a model");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var row = (await IndexAsync(server, "")).ShouldHaveSingleItem();

        row.ShouldStartWith("broken 1 UNAVAILABLE ");
        row.Length.ShouldBeGreaterThan("broken 1 UNAVAILABLE ".Length);
    }

    [Fact]
    public async Task Where_a_platform_decides_a_load_registers_and_an_unload_deletes()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Lifecycle = "external" });
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldNotBe(200);

        (await server.PostAsync("/v2/repository/models/india/load", "")).Status.ShouldBe(200);
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldBe(200);
        (await server.PostAsync("/v2/repository/models/india/unload", "")).Status.ShouldBe(200);
        (await server.GetAsync("/v2/models/india/ready")).Status.ShouldNotBe(200);
        (await server.PostAsync("/v2/repository/models/nobody/load", "")).Text("/error")!.ShouldStartWith("failed to load 'nobody', ");
    }

    private static async Task<IReadOnlyList<string>> IndexAsync(RunningServer server, string body)
    {
        var answer = await server.PostAsync("/v2/repository/index", body);
        answer.Status.ShouldBe(200, answer.Body);
        return [.. answer.Json.EnumerateArray().Select(row =>
            string.Join(' ', new[] { "name", "version", "state", "reason" }.Select(key => row.GetProperty(key).GetString())))];
    }
}
