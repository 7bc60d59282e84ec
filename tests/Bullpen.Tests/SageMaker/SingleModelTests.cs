using System.IO.Compression;
using Bullpen.Core.Runtimes;
using Bullpen.Options;
using Bullpen.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.SageMaker;

/// <summary>An endpoint with a single model: one folder, loaded at the start, and no request before that.</summary>
public sealed class SingleModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ping_is_503_until_the_model_is_loaded_and_200_from_then_on()
    {
        _folder.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "model/model.onnx");
        var runtime = new FakeRuntime();
        var model = runtime.Model("model");
        model.Hold = new ManualResetEventSlim();
        await using var server = await StartAsync(runtime);
        await model.ALoadHasBegun();

        var before = await server.GetAsync("/ping");
        (await server.GetAsync("/ping/")).Status.ShouldBe(503);
        model.Hold.Set();
        await UntilPingIs200Async(server);

        before.Status.ShouldBe(503);
        before.Text("/message").ShouldBe("Model model is not loaded yet.");
        before.Headers.RetryAfter.ShouldNotBeNull();
        (await server.LoadedAsync()).ShouldBe(["model"]);
        (await server.PostAsync("/predictions/model", """{"x":[1]}""")).Body.ShouldBe("""{"predictions":[1]}""");
        model.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task Ping_says_why_a_model_cannot_be_loaded()
    {
        _folder.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "model/model.onnx");
        var runtime = new FakeRuntime();
        runtime.Model("model").Failure = runtime.Model("model").Broken("its graph is damaged");
        await using var server = await StartAsync(runtime);
        await runtime.Model("model").ALoadHasBegun();

        await UntilPingSaysAsync(server, "Model model: its graph is damaged.");
    }

    [Fact]
    public async Task Ping_says_that_a_model_does_not_fit_and_is_200_once_it_does()
    {
        _folder.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "model/model.onnx");
        var runtime = new FakeRuntime();
        var model = runtime.Model("model");
        model.Bytes = 64L << 30;
        await using var server = await StartAsync(runtime);

        await UntilPingSaysAsync(server, "Model model needs");
        model.Bytes = 100;
        await UntilPingIs200Async(server);
    }

    [Fact]
    public async Task A_load_that_failed_in_passing_is_tried_again_without_a_request()
    {
        _folder.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "model/model.onnx");
        var runtime = new FakeRuntime();
        runtime.Model("model").Failure = runtime.Model("model").Broken("its disk is away");
        await using var server = await StartAsync(runtime);
        await UntilPingSaysAsync(server, "Model model: its disk is away.");

        runtime.Model("model").Failure = null;

        await UntilPingIs200Async(server);
    }

    [Fact]
    public async Task What_earlier_runs_registered_stays_out_of_the_way_and_is_there_afterwards()
    {
        _folder.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "model/model.onnx");
        _folder.Copy(Checkout.At("samples", "models", "iris", "model.onnx"), "other/model.onnx");
        Directory.CreateDirectory(_folder.At("models"));
        ZipFile.CreateFromDirectory(_folder.At("model"), _folder.At("packed.zip"));
        await using (var managed = await StartAsync())
        {
            (await managed.PostAsync("/models", """{"model_name":"model","url":"other"}""")).Status.ShouldBe(200);
            (await managed.PostAsync("/models", """{"model_name":"packed","url":"packed.zip"}""")).Status.ShouldBe(200);
        }

        await using (var single = await StartAsync(options => options with { Model = _folder.At("model") }))
        {
            (await single.PostAsync("/invocations", """{"action":[1],"david":[1]}""")).Body.ShouldBe("""{"predictions":[6]}""");
            (await single.GetAsync("/models/packed")).Status.ShouldBe(404);
        }

        await using (var external = await StartAsync(options => options with { Lifecycle = "external" }))
            (await external.GetAsync("/models/packed")).Status.ShouldBe(404);
        Directory.EnumerateFiles(_folder.At("state/unpacked"), "model.onnx", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await using var next = await StartAsync();
        (await next.PostAsync("/predictions/packed", """{"action":[1],"david":[1]}""")).Body.ShouldBe("""{"predictions":[6]}""");
    }

    private Task<RunningServer> StartAsync(Func<ServeOptions, ServeOptions>? change = null) => RunningServer.StartAsync(
        _folder.At("models"), options => (change ?? (same => same))(options with { ModelStore = _folder.Path, State = _folder.At("state") }));

    private static async Task UntilPingSaysAsync(RunningServer server, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Answer ping;
        do
        {
            ping = await server.GetAsync("/ping");
            ping.Status.ShouldBe(503);
            limit.IsCancellationRequested.ShouldBeFalse(ping.Body);
        }
        while (!ping.Text("/message")!.StartsWith(text, StringComparison.Ordinal));
    }

    private Task<RunningServer> StartAsync(FakeRuntime runtime) => RunningServer.StartAsync(
        _folder.Path, options => options with { Model = _folder.At("model") }, services => services.AddSingleton<IModelRuntime>(runtime));

    private static async Task UntilPingIs200Async(RunningServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync("/ping")).Status != 200) limit.IsCancellationRequested.ShouldBeFalse("It is never loaded.");
    }
}
