using System.Text;
using Bullpen.Protocols.SageMaker;
using Bullpen.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bullpen.Tests.SageMaker;

/// <summary>The contract of SageMaker's multi-model endpoints, line by line, over HTTP.</summary>
public sealed class SageMakerContractTests : IDisposable
{
    private const string Name = "ec1cd2ad0b4ad18ae1e6ae1ed7f15d6b";

    private readonly TempFolder _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Ping_is_200_with_nothing_loaded()
    {
        await using var container = await StartAsync();

        (await container.Http.GetAsync("/ping")).Status.ShouldBe(200);
        (await container.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ping_is_200_while_every_core_runs_a_model_and_a_load_is_under_way()
    {
        await using var container = await StartAsync();
        await LoadAsync(container, "busy");
        using var hold = new ManualResetEventSlim();
        var (busy, coming) = (container.Runtime.Model("busy"), container.Runtime.Model("coming"));
        (busy.HoldRun, coming.Hold) = (hold, hold);
        var work = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => container.InvokeAsync("busy")).ToList();
        for (var core = 0; core < Environment.ProcessorCount; core++) await busy.ARunHasBegun();
        work.Add(container.LoadAsync("coming", FakeContainer.Unpack(_store, "coming")));
        await coming.ALoadHasBegun();

        var ping = await container.Http.GetAsync("/ping");
        var listed = await container.ListAsync();

        ping.Status.ShouldBe(200);
        listed.ShouldBe(["busy"]);
        work.ShouldAllBe(answer => !answer.IsCompleted);
        hold.Set();
        (await Task.WhenAll(work)).ShouldAllBe(answer => answer.Status == 200);
    }

    [Fact]
    public async Task A_load_is_answered_when_the_model_can_be_invoked()
    {
        await using var container = await StartAsync();

        (await LoadAsync(container, Name)).Status.ShouldBe(200);

        (await container.InvokeAsync(Name)).Body.ShouldBe("""{"predictions":[1]}""");
    }

    [Fact]
    public async Task Loading_what_is_loaded_or_being_loaded_is_409()
    {
        await using var container = await StartAsync();
        var model = container.Runtime.Model(Name);
        model.Hold = new ManualResetEventSlim();
        var first = LoadAsync(container, Name);
        await model.ALoadHasBegun();

        var during = await LoadAsync(container, Name);
        model.Hold.Set();
        (await first).Status.ShouldBe(200);
        var after = await LoadAsync(container, Name);

        during.Status.ShouldBe(409, during.Body);
        after.Status.ShouldBe(409, after.Body);
        model.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_507_without_a_load_and_fits_once_another_was_unloaded()
    {
        await using var container = await StartAsync(memory: 150);
        await LoadAsync(container, "other");

        var refused = await LoadAsync(container, Name);
        (await container.UnloadAsync("other")).Status.ShouldBe(200);
        var retried = await LoadAsync(container, Name);

        refused.Status.ShouldBe(507, refused.Body);
        refused.Text("/message")!.ShouldContain("Unload another model and try again.");
        retried.Status.ShouldBe(200, retried.Body);
        container.Runtime.Model(Name).Loads.ShouldBe(1);
        (await container.ListAsync()).ShouldBe([Name]);
    }

    [Fact]
    public async Task A_model_that_measures_more_than_is_free_is_507_and_leaves_nothing()
    {
        await using var container = await StartAsync(memory: 150);
        await LoadAsync(container, "other");
        var model = container.Runtime.Model(Name);
        (model.Estimate, model.Bytes) = (10, 51);

        (await LoadAsync(container, Name)).Status.ShouldBe(507);

        (model.Loads, model.Alive).ShouldBe((1, 0));
        (await container.DescribeAsync(Name)).Status.ShouldBe(404);
        container.Ledger.Used.ShouldBe(100);
    }

    [Fact]
    public async Task A_model_larger_than_the_whole_budget_is_507()
    {
        await using var container = await StartAsync(memory: 150);
        (container.Runtime.Model(Name).Estimate, container.Runtime.Model(Name).Bytes) = (10, 151);

        (await LoadAsync(container, Name)).Status.ShouldBe(507);
    }

    [Fact]
    public async Task The_list_holds_what_is_loaded_and_nothing_else_a_page_at_a_time()
    {
        _store.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "lies-there.onnx");
        await using var container = await StartAsync();
        foreach (var name in new[] { "b", "a", "c" }) await LoadAsync(container, name);

        var page = await container.Http.GetAsync("/models?limit=2");
        var last = await container.Http.GetAsync($"/models?limit=2&next_page_token={page.Text("/nextPageToken")}");

        page.At("/models").GetArrayLength().ShouldBe(2);
        page.Text("/models/0/modelName").ShouldBe("a");
        page.Text("/models/0/modelUrl").ShouldBe($"{_store.Path}/a/model");
        last.Text("/models/0/modelName").ShouldBe("c");
        last.Json.TryGetProperty("nextPageToken", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_not_loaded_is_404_and_stays_so()
    {
        FakeContainer.Unpack(_store, Name);
        await using var container = await StartAsync();

        (await container.DescribeAsync(Name)).Status.ShouldBe(404);
        (await container.InvokeAsync(Name)).Status.ShouldBe(404);
        (await container.UnloadAsync(Name)).Status.ShouldBe(404);
        (await container.Http.PredictAsync(Name, new { x = new[] { 1 } })).Status.ShouldBe(404);
        (await container.Http.PostAsync("/cache/leases", $$"""{"model":"{{Name}}","ttl":"1m"}""")).Status.ShouldBe(404);

        container.Runtime.Model(Name).Loads.ShouldBe(0);
    }

    [Fact]
    public async Task A_loaded_model_is_described_by_its_name_and_url()
    {
        await using var container = await StartAsync();
        await LoadAsync(container, Name);

        var described = await container.DescribeAsync(Name);

        described.Status.ShouldBe(200);
        described.Text("/modelName").ShouldBe(Name);
        described.Text("/modelUrl").ShouldBe($"{_store.Path}/{Name}/model");
    }

    [Fact]
    public async Task An_unload_is_answered_when_the_memory_is_back()
    {
        await using var container = await StartAsync();
        var model = container.Runtime.Model(Name);
        model.HoldDispose = new ManualResetEventSlim();
        await LoadAsync(container, Name);

        var unloading = container.UnloadAsync(Name);
        await Task.WhenAny(unloading, UntilUnlistedAsync(container));
        unloading.IsCompleted.ShouldBeFalse();
        model.HoldDispose.Set();

        (await unloading).Status.ShouldBe(200);
        (model.Alive, container.Ledger.Used).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_model_in_use_is_unloaded_when_its_request_is_answered()
    {
        await using var container = await StartAsync();
        await LoadAsync(container, Name);
        var model = container.Runtime.Model(Name);
        model.HoldRun = new ManualResetEventSlim();
        var invoked = container.InvokeAsync(Name);
        await model.ARunHasBegun();

        var unloading = container.UnloadAsync(Name);
        await UntilUnlistedAsync(container);
        model.Alive.ShouldBe(1);
        model.HoldRun.Set();

        (await invoked).Status.ShouldBe(200);
        (await unloading).Status.ShouldBe(200);
        container.Runtime.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_told_from_one_that_has_no_room()
    {
        _store.Write("pickled/model/model.pkl", [0x80, 0x04, 0x95, (byte)'.']);
        await using var container = await StartAsync();
        container.Runtime.Model(Name).Failure = container.Runtime.Model(Name).Broken("its graph is damaged");

        var damaged = await LoadAsync(container, Name);
        var pickled = await container.LoadAsync("pickled", $"{_store.Path}/pickled/model");
        var missing = await container.LoadAsync("missing", $"{_store.Path}/missing/model");

        (damaged.Status, pickled.Status, missing.Status).ShouldBe((400, 400, 404));
        damaged.Text("/message")!.ShouldContain("its graph is damaged");
        pickled.Text("/message")!.ShouldContain("docs/convert.md");
        (await container.ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ec1cd2ad0b4ad18ae1e6ae1ed7f15d6b")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-1")]
    [InlineData("model_a.tar.gz")]
    [InlineData("0")]
    public async Task A_name_is_whatever_the_platform_makes_up(string name)
    {
        await using var container = await StartAsync();

        (await LoadAsync(container, name)).Status.ShouldBe(200);
        (await container.InvokeAsync(name)).Status.ShouldBe(200);
        (await container.UnloadAsync(name)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("model/churn/model.onnx")]
    [InlineData("model/churn/churn.onnx")]
    [InlineData("model/churn/1/model.onnx")]
    [InlineData("model/1/model.onnx")]
    public async Task An_archive_with_everything_in_one_folder_is_a_model(string file)
    {
        _store.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"{Name}/{file}");
        _store.Write($"{Name}/model/code/inference.py", "");
        await using var container = await StartAsync();

        var loaded = await container.LoadAsync(Name, $"{_store.Path}/{Name}/model");

        loaded.Status.ShouldBe(200, loaded.Body);
    }

    [Fact]
    public async Task After_a_restart_nothing_is_loaded_until_the_platform_asks()
    {
        using var state = new TempFolder();
        await using (var container = await StartAsync(state: state.Path)) await LoadAsync(container, Name);

        await using var next = await StartAsync(state: state.Path);

        (await next.ListAsync()).ShouldBeEmpty();
        (await next.InvokeAsync(Name)).Status.ShouldBe(404);
        (await LoadAsync(next, Name)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Custom_attributes_go_back_with_the_answer_whatever_it_is()
    {
        await using var container = await StartAsync();
        await LoadAsync(container, Name);

        (await AttributesAsync(container, Name, "trace=42")).ShouldBe("trace=42");
        (await AttributesAsync(container, "nobody", "trace=43")).ShouldBe("trace=43");
        (await AttributesAsync(container, Name, new string('x', 1025))).ShouldBeNull();
        (await AttributesAsync(container, Name, null)).ShouldBeNull();
    }

    [Fact]
    public async Task The_archive_that_a_name_stands_for_is_logged_once_for_each_load()
    {
        var log = new RecordingLogger<InvocationHeaders>();
        await using var container = await FakeContainer.StartAsync(
            _store.Path, 1000, replace: services => services.AddSingleton<ILogger<InvocationHeaders>>(log));
        for (var load = 0; load < 2; load++)
        {
            await LoadAsync(container, Name);
            for (var request = 0; request < 3; request++)
                (await container.Http.SendAsync(Invocation(Name, "X-Amzn-SageMaker-Target-Model", "eu/churn.tar.gz"))).Status.ShouldBe(200);
            await container.UnloadAsync(Name);
        }

        log.Lines.ShouldBe(Enumerable.Repeat($"Information: {Name} is eu/churn.tar.gz (X-Amzn-SageMaker-Target-Model)", 2));
    }

    [Theory]
    [InlineData(1, 6L << 20, 1, 6)]
    [InlineData(1, 1000L << 20, 1, 100)]
    [InlineData(1, 1000, 1, 1)]
    public async Task Execution_parameters_are_those_of_the_options(int workers, long maxBody, int concurrency, int megabytes)
    {
        await using var container = await FakeContainer.StartAsync(_store.Path, 1000, options => options with { Workers = workers, MaxBody = maxBody });

        (await container.Http.GetAsync("/execution-parameters")).Body.ShouldBe(
            $$"""{"MaxConcurrentTransforms":{{concurrency}},"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":{{megabytes}}}""");
    }

    private Task<FakeContainer> StartAsync(long memory = 1000, string? state = null) =>
        FakeContainer.StartAsync(_store.Path, memory, options => options with { State = state });

    private Task<Answer> LoadAsync(FakeContainer container, string name) => container.LoadAsync(name, FakeContainer.Unpack(_store, name));

    private static async Task<string?> AttributesAsync(FakeContainer container, string name, string? attributes)
    {
        var answer = await container.Http.SendAsync(Invocation(name, "X-Amzn-SageMaker-Custom-Attributes", attributes));
        return answer.Headers.TryGetValues("X-Amzn-SageMaker-Custom-Attributes", out var values) ? values.Single() : null;
    }

    private static HttpRequestMessage Invocation(string name, string header, string? value)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/models/{name}/invoke") { Content = new StringContent("""{"x":[1]}""", Encoding.UTF8, "application/json") };
        if (value is not null) request.Headers.Add(header, value);
        return request;
    }

    /// <summary>Its unload has begun; the limit only turns a hang into a message.</summary>
    private static async Task UntilUnlistedAsync(FakeContainer container)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await container.ListAsync()).Count > 0) limit.IsCancellationRequested.ShouldBeFalse("It is still listed.");
    }
}
