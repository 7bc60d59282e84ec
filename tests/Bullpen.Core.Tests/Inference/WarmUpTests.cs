using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.Tensors;
using Bullpen.Core.Tests.Inputs;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Inference;

public sealed class WarmUpTests
{
    private readonly WarmUp _warmUp = new(new InputBinder(new FakeImageDecoder(), new DataFolder(null, 1000), new InputOptions()));

    [Fact]
    public async Task Each_input_is_bound_as_a_requests_data_and_run_once()
    {
        await using var bullpen = new ManagerHarness(warmUp: _warmUp);
        bullpen.Definition("a", Manifest("[1, 2]", """{"x": [3]}"""));

        await bullpen.Use("a");

        await bullpen.Runtime.Model("a").ARunHasBegun();
        await bullpen.Runtime.Model("a").ARunHasBegun();
        bullpen.Ready().ShouldBe(["a"]);
    }

    [Fact]
    public async Task An_input_that_the_model_does_not_take_fails_its_load_and_is_named()
    {
        await using var bullpen = new ManagerHarness(warmUp: _warmUp);
        bullpen.Definition("a", Manifest("[1, 2]", "\"three\""));

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldStartWith("Model a: warm-up 2 of 2 of its model.json (\"warmup\") failed. ");
        (error.Field, error.Expected, error.Actual).ShouldBe((null, null, null), "what the request sent is not to blame");
        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_fails_may_succeed_the_next_time()
    {
        await using var bullpen = new ManagerHarness(warmUp: _warmUp);
        bullpen.Definition("a", Manifest("[1]"));
        bullpen.Runtime.Model("a").RunFailure = new ServingException(ServingErrorKind.ExecutionFailed, "an operator failed.");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        error.Message.ShouldBe("Model a: warm-up 1 of 1 of its model.json (\"warmup\") failed. an operator failed.");
    }

    [Fact]
    public async Task An_unending_load_of_the_highest_priority_does_not_stop_a_load()
    {
        await using var bullpen = new ManagerHarness(warmUp: _warmUp, options: new ModelManagerOptions { Workers = 8, QueueLength = 100 });
        bullpen.Definition("a", Manifest("[1]"));
        using var busy = await bullpen.Lease("busy");
        var isOver = false;

        // Each queues the next before it ends, so that there are always more of them than turns.
        var chains = Enumerable.Range(0, 16).Select(_ => RunOnAsync()).ToList();
        try
        {
            await bullpen.Use("a").WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            await Task.WhenAll(chains);
        }

        async Task RunOnAsync() => await await busy.Model.Scheduler.RunAsync(
            (_, _) => Volatile.Read(ref isOver) ? Task.CompletedTask : RunOnAsync(), CancellationToken.None, CancellationToken.None, RequestPriority.Highest);
    }

    [Fact]
    public async Task More_rows_than_the_manifest_allows_fail_the_load_and_as_many_do_not()
    {
        await using var bullpen = new ManagerHarness(warmUp: _warmUp);
        foreach (var name in new[] { "a", "b" }) bullpen.Runtime.Model(name).OutputShape = new TensorShape(TensorShape.Dynamic);
        bullpen.Definition("a", Manifest("[1, 2, 3]") with { MaxBatchSize = 2 });
        bullpen.Definition("b", Manifest("[1, 2]") with { MaxBatchSize = 2 });

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Message.ShouldBe(
            "Model a: warm-up 1 of 1 of its model.json (\"warmup\") failed. inference request batch-size must be <= 2 for 'a': expected at most 2 rows, got 3.");
        using var lease = await bullpen.Lease("b");
        lease.Model.MaxBatchSize.ShouldBe(2);
    }

    private static ModelManifest Manifest(params string[] inputs) =>
        new() { WarmUp = [.. inputs.Select(input => JsonSerializer.Deserialize<JsonElement>(input))] };
}
