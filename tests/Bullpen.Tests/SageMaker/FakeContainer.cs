using Bullpen.Core.Models;
using Bullpen.Core.Runtimes;
using Bullpen.Options;
using Bullpen.TestKit;
using Bullpen.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.SageMaker;

/// <summary>A container of a multi-model endpoint: the whole server over HTTP, with models whose sizes a test sets.</summary>
public sealed class FakeContainer : IAsyncDisposable
{
    private readonly RunningServer _server;

    private FakeContainer(RunningServer server, FakeRuntime runtime) => (_server, Runtime) = (server, runtime);

    public FakeRuntime Runtime { get; }

    public RunningServer Http => _server;

    internal MemoryLedger Ledger => _server.Cache.Budget.Ledger;

    /// <summary>Starts one over a model store.</summary>
    internal static async Task<FakeContainer> StartAsync(
        string store, long memory, Func<ServeOptions, ServeOptions>? change = null, Action<IServiceCollection>? replace = null)
    {
        var runtime = new FakeRuntime();
        var server = await RunningServer.StartAsync(
            store,
            options => (change ?? (same => same))(options with { Lifecycle = "external", Memory = memory, GraphStore = null, Watch = null }),
            services =>
            {
                services.AddSingleton<IModelRuntime>(runtime);
                replace?.Invoke(services);
            });
        return new FakeContainer(server, runtime);
    }

    /// <summary>Puts a model where the platform unpacks its archive; the url of it.</summary>
    public static string Unpack(TempFolder store, string name)
    {
        store.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"{name}/model/model.onnx");
        return $"{store.Path}/{name}/model";
    }

    public Task<Answer> LoadAsync(string name, string url) => _server.PostAsync("/models", $$"""{"model_name":"{{name}}","url":"{{url}}"}""");

    public Task<Answer> UnloadAsync(string name) => _server.DeleteAsync($"/models/{name}");

    public Task<Answer> DescribeAsync(string name) => _server.GetAsync($"/models/{name}");

    public Task<Answer> InvokeAsync(string name) => _server.PostAsync($"/models/{name}/invoke", """{"x":[1]}""");

    /// <summary>The names that <c>GET /models</c> lists, on all its pages.</summary>
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        var names = new List<string>();
        var path = "/models?limit=7";
        while (true)
        {
            var page = await _server.GetAsync(path);
            page.Status.ShouldBe(200, page.Body);
            names.AddRange(page.At("/models").EnumerateArray().Select(model => model.GetProperty("modelName").GetString()!));
            if (!page.Json.TryGetProperty("nextPageToken", out var token)) return names;
            path = $"/models?limit=7&next_page_token={token.GetString()}";
        }
    }

    /// <summary>Loads that succeeded since its start, by its own metric.</summary>
    public async Task<long> LoadsAsync() => (long)(await Scrape.OfAsync(_server))["bullpen_loads_total"];

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
