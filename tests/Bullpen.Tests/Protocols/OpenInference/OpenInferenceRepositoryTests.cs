using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    [Fact]
    public async Task A_load_with_files_of_its_own_is_501_and_loads_nothing()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/v2/repository/models/india/load", """{"parameters":{"config":"{}","file:1/model.onnx":"AAAA"}}""");

        answer.Status.ShouldBe(501, answer.Body);
        answer.Text("/error")!.ShouldContain("failed to load 'india', the parameter file: is not supported");
        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"name":"other"}""", "name")]
    [InlineData("""{"platform":"tensorrt_plan"}""", "platform")]
    [InlineData("""{"dynamic_batching":{}}""", "dynamic_batching")]
    [InlineData("""{"instance_group":[{"count":2,"kind":"KIND_GPU"}]}""", "instance_group[0].kind")]
    [InlineData("""{"instance_group":[{"count":2},{"count":2}]}""", "instance_group")]
    [InlineData("""{"instance_group":[{"count":3}],"parameters":{"threads":{"string_value":"2"}}}""", "parameters")]
    [InlineData("""{"nonsense":1}""", "nonsense")]
    public async Task A_configuration_that_asks_for_what_a_model_is_not_is_501_names_the_field_and_loads_nothing(string config, string field)
    {
        await using var server = await RunningServer.StartAsync();
        var before = (await server.GetAsync("/models/india")).Body;

        var answer = await LoadAsync(server, config);

        answer.Status.ShouldBe(501, answer.Body);
        answer.Text("/error")!.ShouldStartWith($"failed to load 'india', the configuration's field {field} is not supported");
        answer.Text("/field").ShouldBe("config." + field);
        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();
        (await server.GetAsync("/models/india")).Body.ShouldBe(before);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"name":"\ud800\ud800\ud800"}""")]
    [InlineData("""{"input":7}""")]
    [InlineData("""{"instance_group":7}""")]
    [InlineData("""{"instance_group":[7]}""")]
    [InlineData("""{"instance_group":[{"count":-1}]}""")]
    [InlineData("""{"instance_group":[{"count":1025}]}""")]
    [InlineData("""{"instance_group":[{"count":"two"}]}""")]
    [InlineData("""{"max_batch_size":-1}""")]
    [InlineData("""{"max_batch_size":"+1"}""")]
    [InlineData("""{"max_batch_size":2147483648}""")]
    [InlineData("""{"max_batch_size":{}}""")]
    [InlineData("\"parameters\": {\"config\": {{\"max_batch_size\": \"16\"}}}")]
    public async Task A_configuration_that_is_none_is_400_and_loads_nothing(string config)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await LoadAsync(server, config);
        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/error")!.ShouldStartWith("failed to load 'india', the ");
        (await server.PostAsync("/v2/repository/models/india/load", """{"parameters":{"config":{}}}""")).Status.ShouldBe(400);
        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_models_own_configuration_with_another_count_loads_it_with_as_many_workers()
    {
        await using var server = await RunningServer.StartAsync();
        var config = JsonNode.Parse((await server.GetAsync("/v2/models/india/config")).Body)!;
        (await server.PostAsync("/v2/repository/models/india/unload", "")).Status.ShouldBe(200);
        config["instance_group"]![0]!["count"] = 7;

        (await LoadAsync(server, config.ToJsonString())).Status.ShouldBe(200);

        (await server.GetAsync("/v2/models/india/config")).Body.ShouldBe(config.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        (await server.GetAsync("/models/india")).Body.ShouldContain("\"maxWorkers\":7");
    }

    [Theory]
    [InlineData("data_type", "\"TYPE_BF16\"")]
    [InlineData("dims", "[12345]")]
    [InlineData("name", "\"nobody\"")]
    [InlineData("reshape", "{\"shape\":[1]}")]
    public async Task A_configuration_with_other_tensors_than_the_models_is_501(string field, string value)
    {
        await using var server = await RunningServer.StartAsync();
        var config = JsonNode.Parse((await server.GetAsync("/v2/models/india/config")).Body)!;
        config["input"]![0]![field] = JsonNode.Parse(value);
        config["instance_group"]![0]!["count"] = 7;

        var answer = await LoadAsync(server, config.ToJsonString());

        (answer.Status, answer.Text("/field")).ShouldBe((501, "config.input[0]." + field), answer.Body);
        (await server.GetAsync("/v2/models/india/config")).At("/instance_group/0/count").GetInt32().ShouldNotBe(7);
    }

    [Fact]
    public async Task A_repositorys_name_is_passed_over_in_its_index_and_refused_elsewhere()
    {
        await using var server = await RunningServer.StartAsync();

        (await server.PostAsync("/v2/repository/mine/index", "")).Body.ShouldBe((await server.PostAsync("/v2/repository/index", "")).Body);
        foreach (var path in new[] { "/v2/repository/mine/models/india/load", "/v2/repository/mine/models/india/unload" })
        {
            var answer = await server.PostAsync(path, "");
            (answer.Status, answer.Text("/error")).ShouldBe((501, "'repository_name' specification is not supported"));
        }

        (await IndexAsync(server, """{"ready":true}""")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v2/repository/index", """{"ready":1}""")]
    [InlineData("/v2/repository/index", "[]")]
    [InlineData("/v2/repository/models/india/load", """{"parameters":[]}""")]
    [InlineData("/v2/repository/models/india/unload", "{")]
    [InlineData("/v2/repository/models/india/unload", """{"parameters":{"unload_dependents":1}}""")]
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

    [Theory]
    [InlineData("{}", 200)]
    [InlineData("""{"instance_group":[{"count":3,"kind":"KIND_CPU"}]}""", 200)]
    [InlineData("""{"default_model_filename":"model.onnx","name":"india"}""", 200)]
    [InlineData("""{"default_model_filename":"other.onnx"}""", 501)]
    [InlineData("""{"input":[]}""", 200)]
    [InlineData("""{"input":[{"name":"other"}]}""", 501)]
    [InlineData("{", 400)]
    public async Task Where_a_platform_decides_a_load_with_a_configuration_registers_what_is_as_it_says_and_nothing_else(string config, int status)
    {
        await using var server = await RunningServer.StartAsync(options => options with { Lifecycle = "external" });

        var answer = await LoadAsync(server, config);

        answer.Status.ShouldBe(status, answer.Body);
        (await server.GetAsync("/models/india")).Status.ShouldBe(status == 200 ? 200 : 404);
    }

    private static Task<Answer> LoadAsync(RunningServer server, string config) => server.PostAsync(
        "/v2/repository/models/india/load", new JsonObject { ["parameters"] = new JsonObject { ["config"] = config } }.ToJsonString());

    private static async Task<IReadOnlyList<string>> IndexAsync(RunningServer server, string body)
    {
        var answer = await server.PostAsync("/v2/repository/index", body);
        answer.Status.ShouldBe(200, answer.Body);
        return [.. answer.Json.EnumerateArray().Select(row =>
            string.Join(' ', new[] { "name", "version", "state", "reason" }.Select(key => row.GetProperty(key).GetString())))];
    }
}
