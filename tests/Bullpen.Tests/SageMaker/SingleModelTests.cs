using Bullpen.Core.Runtimes;
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

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Answer ping;
        do
        {
            ping = await server.GetAsync("/ping");
            ping.Status.ShouldBe(503);
            limit.IsCancellationRequested.ShouldBeFalse(ping.Body);
        }
        while (ping.Text("/message") != "Model model: its graph is damaged.");
    }

    private Task<RunningServer> StartAsync(FakeRuntime runtime) => RunningServer.StartAsync(
        _folder.Path, options => options with { Model = _folder.At("model") }, services => services.AddSingleton<IModelRuntime>(runtime));

    private static async Task UntilPingIs200Async(RunningServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync("/ping")).Status != 200) limit.IsCancellationRequested.ShouldBeFalse("It is never loaded.");
    }
}
