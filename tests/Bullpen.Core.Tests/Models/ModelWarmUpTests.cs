using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What a manifest's <c>warmup</c> means to the manager.</summary>
public sealed class ModelWarmUpTests
{
    private static readonly ModelManifest Twice = new() { WarmUp = [JsonSerializer.SerializeToElement(1), JsonSerializer.SerializeToElement(2)] };

    [Fact]
    public async Task A_model_is_ready_only_after_its_warm_up()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Definition("a", Twice);
        var model = bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var lease = bullpen.Lease("a");
        await model.ARunHasBegun();

        bullpen.StateOf("a").ShouldBe(ModelState.Loading);
        lease.IsCompleted.ShouldBeFalse();

        model.HoldRun.Set();
        await model.ARunHasBegun();
        (await lease).Dispose();
    }

    [Fact]
    public async Task What_the_warm_up_leaves_in_the_session_counts_as_the_models()
    {
        var history = new FakeHistory();
        await using var bullpen = new ManagerHarness(history: history);
        bullpen.Definition("a", Twice);
        bullpen.Runtime.Model("a").WarmUpBytes = 40;

        await bullpen.Use("a");

        bullpen.Ledger.Resident.ShouldBe(140);
        history.Loads.ShouldHaveSingleItem().Bytes.ShouldBe(140);
    }

    [Fact]
    public async Task A_warm_up_that_fails_fails_the_load_and_leaves_nothing()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Definition("a", Twice);
        bullpen.Runtime.Model("a").RunFailure = bullpen.Runtime.Model("a").Broken("an operator failed");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Message.ShouldContain("an operator failed");
        bullpen.StateOf("a").ShouldBe(ModelState.Failed);
        bullpen.Ledger.Used.ShouldBe(0);
        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_that_its_warm_up_makes_larger_than_the_budget_is_refused()
    {
        await using var bullpen = new ManagerHarness(budget: 120);
        bullpen.Definition("a", Twice);
        bullpen.Runtime.Model("a").WarmUpBytes = 40;

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("a"))).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);

        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }

    [Fact]
    public async Task Shutdown_ends_a_warm_up()
    {
        var bullpen = new ManagerHarness();
        bullpen.Definition("a", Twice);
        var model = bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var lease = bullpen.Lease("a");
        await model.ARunHasBegun();

        await bullpen.DisposeAsync();

        (await Should.ThrowAsync<ServingException>(lease)).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }
}
