using System.Text;
using System.Text.Json;
using Bullpen.TestKit;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.State;

/// <summary>What a server that was stopped still knows when it is started again.</summary>
public sealed class RestartTests : IDisposable
{
    private const string DataFrame = """{"action":{"0":1,"1":1,"2":2,"3":2},"david":{"0":1,"1":2,"2":2,"3":3}}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_registered_model_is_still_there_and_predicts()
    {
        await using (var server = await StartAsync())
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"india"}""")).Status.ShouldBe(200);

        await using var next = await StartAsync();
        (await next.GetAsync("/models/modelx")).Text("/origin").ShouldBe("Api");
        (await next.LoadedAsync()).ShouldBeEmpty();
        (await next.PostAsync("/predictions/modelx", DataFrame)).Body.ShouldBe("""{"predictions":[6,9,11,14]}""");
    }

    [Fact]
    public async Task A_deleted_registration_stays_gone_and_a_deleted_model_of_the_repository_is_back()
    {
        await using (var server = await StartAsync())
        {
            (await server.PostAsync("/models?url=india&model_name=modelx", "")).Status.ShouldBe(200);
            (await server.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
            (await server.DeleteAsync("/models/iris")).Status.ShouldBe(200);
        }

        await using var next = await StartAsync();
        (await next.GetAsync("/models/modelx")).Status.ShouldBe(404);
        (await next.GetAsync("/models/iris")).Text("/origin").ShouldBe("Repository");
    }

    [Fact]
    public async Task A_registration_that_failed_is_not_there()
    {
        var store = Store();
        _folder.Write("models/broken.onnx", "no model");
        await using (var server = await StartAsync(store))
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"broken.onnx"}""")).Status.ShouldNotBe(200);

        await using var next = await StartAsync(store);
        (await next.GetAsync("/models/modelx")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_registration_whose_files_are_gone_is_listed_with_the_reason_and_can_be_deleted()
    {
        var store = Store();
        await using (var server = await StartAsync(store))
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"india"}""")).Status.ShouldBe(200);
        Directory.Delete(Path.Combine(store, "india"), recursive: true);

        await using (var server = await StartAsync(store))
        {
            var described = await server.GetAsync("/models/modelx");
            described.Text("/state").ShouldBe("Failed");
            described.Text("/reason").ShouldBe("Model not found in model store: india");
            described.ShouldGiveNothingAway();
            (await server.PostAsync("/predictions/modelx", DataFrame)).Status.ShouldNotBe(200);
            (await server.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
        }

        await using var next = await StartAsync(store);
        (await next.GetAsync("/models/modelx")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_registration_hides_the_repositorys_model_of_its_name_across_restarts_until_it_is_deleted()
    {
        var store = Store();
        await using (var server = await StartAsync(store))
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"india"}""")).Status.ShouldBe(200);
        _folder.Copy(Checkout.At("samples", "models", "iris", "model.onnx"), "models/modelx.onnx");

        await using var next = await StartAsync(store);
        (await next.GetAsync("/models/modelx")).Text("/origin").ShouldBe("Api");
        (await next.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
        await next.LookTwiceAsync();

        (await next.GetAsync("/models/modelx")).Text("/origin").ShouldBe("Repository");
    }

    [Fact]
    public async Task A_broken_registration_that_a_model_of_the_repository_hides_outlives_that_models_deletion()
    {
        var store = Store();
        await using (var server = await StartAsync(store))
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"india"}""")).Status.ShouldBe(200);
        Directory.Delete(Path.Combine(store, "india"), recursive: true);
        _folder.Copy(Checkout.At("samples", "models", "iris", "model.onnx"), "models/modelx.onnx");

        await using (var server = await StartAsync(store))
        {
            (await server.GetAsync("/models/modelx")).Text("/origin").ShouldBe("Repository");
            (await server.DeleteAsync("/models/modelx")).Status.ShouldBe(200);
        }

        File.Delete(Path.Combine(store, "modelx.onnx"));
        await using var next = await StartAsync(store);
        (await next.GetAsync("/models/modelx")).Text("/origin").ShouldBe("Api");
    }

    [Fact]
    public async Task Without_a_state_folder_nothing_is_kept_and_registrations_are_answered_all_the_same()
    {
        await using (var server = await RunningServer.StartAsync())
            (await server.PostAsync("/models", """{"model_name":"modelx","url":"india"}""")).Status.ShouldBe(200);

        await using var next = await RunningServer.StartAsync();
        (await next.GetAsync("/models/modelx")).Status.ShouldBe(404);
    }

    [SkippableFact]
    public async Task The_measured_size_and_the_last_use_are_known_before_the_first_load()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        // Processes of their own: in this one other tests load models, which spoils what is measured.
        var before = await RunAsync(async client =>
        {
            (await client.PostAsync("/predictions/india", new StringContent(DataFrame, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
            return await DescribeAsync(client);
        });
        var after = await RunAsync(DescribeAsync);

        before.GetProperty("measured").GetBoolean().ShouldBeTrue();
        after.GetProperty("state").GetString().ShouldBe("Absent");
        after.GetProperty("loads").GetInt64().ShouldBe(0);
        after.GetProperty("measured").GetBoolean().ShouldBeTrue();
        after.GetProperty("expectedBytes").GetInt64().ShouldBe(before.GetProperty("expectedBytes").GetInt64());
        after.GetProperty("loadMilliseconds").GetDouble().ShouldBe(before.GetProperty("loadMilliseconds").GetDouble());
        (after.GetProperty("lastUse").GetDateTimeOffset() - before.GetProperty("lastUse").GetDateTimeOffset()).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    private async Task<JsonElement> RunAsync(Func<HttpClient, Task<JsonElement>> use)
    {
        var url = $"http://127.0.0.1:{ServerChild.FreePort()}";
        using var server = new ServerChild(null, "serve", "--urls", url, "--state", _folder.At("state"));
        server.WaitForLine("listens on");
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var result = await use(client);
        server.Signal("TERM");
        server.WaitForExit().ShouldBe(0);
        return result;
    }

    private static async Task<JsonElement> DescribeAsync(HttpClient client) =>
        JsonDocument.Parse(await client.GetStringAsync("/models/india")).RootElement;

    private string Store()
    {
        foreach (var file in Directory.GetFiles(Checkout.At("samples", "models", "india")))
            _folder.Copy(file, $"models/india/{Path.GetFileName(file)}");
        return _folder.At("models");
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(options => options with { State = _folder.At("state") });

    private Task<RunningServer> StartAsync(string repository) =>
        RunningServer.StartAsync(repository, options => options with { State = _folder.At("state") });
}
