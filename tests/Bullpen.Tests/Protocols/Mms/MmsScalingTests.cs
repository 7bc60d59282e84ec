using Bullpen.Core.Runtimes;
using Bullpen.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.Protocols.Mms;

/// <summary><c>PUT /models/{model}</c>.</summary>
public sealed class MmsScalingTests
{
    [Fact]
    public async Task Who_waits_is_told_when_the_workers_are_there_and_the_model_is_kept()
    {
        await using var server = await RunningServer.StartAsync();

        var scaled = await PutAsync(server, "/models/india?min_worker=2&max_worker=4&synchronous=true");
        var described = await server.GetAsync("/models/india");

        (scaled.Status, scaled.Text("/status")).ShouldBe((200, "Workers scaled"));
        described.At("/minWorkers").GetInt32().ShouldBe(2);
        described.At("/maxWorkers").GetInt32().ShouldBe(4);
        described.At("/workers").GetArrayLength().ShouldBe(4);
        described.At("/pinned").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Who_does_not_wait_gets_202_and_one_worker_by_default()
    {
        await using var server = await RunningServer.StartAsync();

        var scaled = await PutAsync(server, "/models/india");

        (scaled.Status, scaled.Text("/status")).ShouldBe((202, "Processing worker updates..."));
        (await server.PostAsync("/predictions/india", """{"action":[1],"david":[1]}""")).Status.ShouldBe(200);
        var described = await server.GetAsync("/models/india");
        described.At("/minWorkers").GetInt32().ShouldBe(1);
        described.At("/maxWorkers").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task No_worker_at_least_unpins_and_none_at_most_unloads()
    {
        await using var server = await RunningServer.StartAsync();
        await PutAsync(server, "/models/india?min_worker=1&synchronous=true");

        (await PutAsync(server, "/models/india?min_worker=0&max_worker=3&synchronous=true")).Status.ShouldBe(200);
        var free = await server.GetAsync("/models/india");
        (await PutAsync(server, "/models/india?min_worker=0&synchronous=true")).Status.ShouldBe(200);

        free.At("/pinned").GetBoolean().ShouldBeFalse();
        free.Text("/state").ShouldBe("Ready");
        server.Cache.Budget.Ledger.Used.ShouldBe(0);
        (await server.PostAsync("/predictions/india", """{"action":[1],"david":[1]}""")).Status.ShouldBe(200);
        (await server.GetAsync("/models/india")).At("/workers").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("/models/nobody?min_worker=1", 404, "ModelNotFoundException", "Model not found: nobody")]
    [InlineData("/models/india?min_worker=3&max_worker=2", 400, "BadRequestException", "max_worker cannot be less than min_worker.")]
    [InlineData("/models/india?max_worker=0", 400, "BadRequestException", "max_worker cannot be less than min_worker.")]
    [InlineData("/models/india?min_worker=x", 400, "BadRequestException", "Parameter min_worker must be a whole number from 0 to 1024, not 'x'.")]
    [InlineData("/models/india?synchronous=x", 400, "BadRequestException", "Parameter synchronous must be true or false, not 'x'.")]
    public async Task What_cannot_be_is_refused_in_the_servers_own_words(string path, int status, string type, string message)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await PutAsync(server, path);

        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((status, type, message));
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_507_for_who_waits()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Memory = 1 << 16 });

        var answer = await PutAsync(server, "/models/image?synchronous=true");

        (answer.Status, answer.Text("/type")).ShouldBe((507, "InternalServerException"));
    }

    [Fact]
    public async Task What_has_no_meaning_here_is_named()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await PutAsync(server, "/models/india?min_worker=0&max_worker=1&number_gpu=1&timeout=5&synchronous=true");

        answer.At("/ignored").GetRawText().ShouldBe("""["number_gpu","timeout"]""");
    }

    [Theory]
    [InlineData("mms", 210)]
    [InlineData("torchserve", 206)]
    public async Task A_load_that_outlasts_the_wait_is_in_progress_and_goes_on(string dialect, int status)
    {
        var runtime = new FakeRuntime();
        var model = runtime.Model("india");
        model.Hold = new ManualResetEventSlim();
        await using var server = await RunningServer.StartAsync(
            Checkout.At("samples", "models"),
            options => options with { Dialect = dialect, LoadWait = TimeSpan.FromSeconds(1) },
            services => services.AddSingleton<IModelRuntime>(runtime));
        // Its load is under way before the one that waits for it asks.
        (await PutAsync(server, "/models/india")).Status.ShouldBe(202);
        await model.ALoadHasBegun();

        var answer = await PutAsync(server, "/models/india?synchronous=true");
        model.Hold.Set();

        (answer.Status, answer.Text("/status")).ShouldBe((status, "Workers scaling in progress..."));
        (await PutAsync(server, "/models/india?synchronous=true")).Status.ShouldBe(200);
        model.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task Where_a_platform_decides_a_model_is_unloaded_by_being_unregistered()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Lifecycle = "external" });
        await server.PostAsync("/models", """{"model_name":"m","url":"india"}""");

        var answer = await PutAsync(server, "/models/m?min_worker=0");

        (answer.Status, answer.Text("/type")).ShouldBe((400, "BadRequestException"));
        (await server.LoadedAsync()).ShouldBe(["m"]);
    }

    private static Task<Answer> PutAsync(RunningServer server, string path) => server.SendAsync(new HttpRequestMessage(HttpMethod.Put, path));
}
