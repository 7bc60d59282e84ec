using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Tests.Repository;

namespace Bullpen.Core.Tests.Administration;

public sealed class RepositoryWatchTests
{
    [Fact]
    public async Task What_came_is_registered_and_what_went_is_forgotten_and_unloaded()
    {
        await using var bullpen = new WatchHarness(1000, null, "old.onnx");
        await bullpen.UseAsync("old");
        bullpen.Write("new.onnx");
        File.Delete(bullpen.Folder.At("old.onnx"));

        await bullpen.LookTwice();

        bullpen.Catalog.List().Select(m => m.Name).ShouldBe(["new"]);
        bullpen.Cache.Residents().Where(r => r.Status.State == ModelState.Ready).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_that_outlives_the_server_changes_nothing()
    {
        await using var bullpen = new WatchHarness(1000, null, "old.onnx");
        bullpen.Write("new.onnx");
        File.Delete(bullpen.Folder.At("old.onnx"));
        await bullpen.Watch.LookAsync(CancellationToken.None);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => bullpen.Watch.LookAsync(stopped.Token));

        bullpen.Catalog.List().Select(m => m.Name).ShouldBe(["old"]);
        bullpen.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_ends_while_a_successor_loads_says_nothing_against_it()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        using var hold = new ManualResetEventSlim();
        var look = await ASuccessorLoads(bullpen, hold);

        await bullpen.Models.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => look);
        bullpen.Lines.ShouldBeEmpty();
        bullpen.Catalog.Get("m").RejectedReplacement.ShouldBeNull();
    }

    [Fact]
    public async Task A_model_that_is_not_in_memory_is_replaced_without_a_load()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        var old = bullpen.Catalog.Resolve("m");
        bullpen.Write("m.onnx");

        await bullpen.LookTwice();

        bullpen.Catalog.Resolve("m").ShouldNotBeSameAs(old);
        bullpen.Runtime.Model("m").Loads.ShouldBe(0);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(150)]
    public async Task A_default_that_is_chosen_while_a_successor_loads_holds_for_the_successor(long budget)
    {
        await using var bullpen = new WatchHarness(budget, null, "m/1/model.onnx", "m/2/model.onnx");
        using var hold = new ManualResetEventSlim();
        var (old, look) = await ASuccessorOfTheSecondOfTwoVersionsLoads(bullpen, hold);

        bullpen.Catalog.SetDefault("m", "1");
        hold.Set();
        await look;

        bullpen.Catalog.Resolve("m", "2").ShouldNotBeSameAs(old);
        bullpen.Catalog.Resolve("m").Id.Version.ShouldBe("1");
    }

    [Fact]
    public async Task A_version_that_is_removed_while_a_successor_loads_stays_away()
    {
        await using var bullpen = new WatchHarness(1000, null, "m/1/model.onnx", "m/2/model.onnx");
        using var hold = new ManualResetEventSlim();
        var (old, look) = await ASuccessorOfTheSecondOfTwoVersionsLoads(bullpen, hold);

        bullpen.Catalog.RemoveVersion("m", "1");
        hold.Set();
        await look;

        bullpen.Catalog.Get("m").Versions.ShouldHaveSingleItem().ShouldNotBeSameAs(old);
    }

    [Fact]
    public async Task A_successor_that_cannot_be_loaded_is_rejected_also_where_another_default_was_chosen_meanwhile()
    {
        await using var bullpen = new WatchHarness(1000, null, "m/1/model.onnx", "m/2/model.onnx");
        using var hold = new ManualResetEventSlim();
        var (old, look) = await ASuccessorOfTheSecondOfTwoVersionsLoads(bullpen, hold);

        bullpen.Catalog.SetDefault("m", "1");
        bullpen.Runtime.Model("m").Failure = bullpen.Runtime.Model("m").Broken();
        hold.Set();
        await look;

        bullpen.Catalog.Resolve("m", "2").ShouldBeSameAs(old);
        bullpen.Catalog.Get("m").RejectedReplacement.ShouldBe("Model m: it is broken.");
    }

    [Fact]
    public async Task A_removed_version_stays_away_when_the_repository_changes()
    {
        await using var bullpen = new WatchHarness(1000, null, "m/1/model.onnx", "m/2/model.onnx");
        bullpen.Folder.Write("m/model.json", """{"versions":"all"}""");
        await bullpen.LookTwice();
        bullpen.Catalog.RemoveVersion("m", "1");

        bullpen.Write("m/3/model.onnx");
        await bullpen.LookTwice();
        bullpen.Write("m/1/model.onnx");
        await bullpen.LookTwice();

        bullpen.Catalog.Get("m").Versions.Select(version => version.Id.Version).ShouldBe(["3", "2"]);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(150)]
    public async Task What_an_operator_pinned_stays_pinned_when_its_files_change(long budget)
    {
        await using var bullpen = new WatchHarness(budget, null, "m.onnx");
        await bullpen.UseAsync("m");
        bullpen.Models.Pin(bullpen.Catalog.Resolve("m"), true);
        bullpen.Write("m.onnx");

        await bullpen.LookTwice();

        bullpen.Cache.StatusOf(bullpen.Catalog.Resolve("m")).IsPinned.ShouldBeTrue();
    }

    [Fact]
    public async Task The_old_model_serves_until_the_new_one_is_in_memory_and_requests_in_flight_finish_on_it()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        var inFlight = await bullpen.Lease("m");
        await bullpen.Runtime.Model("m").ALoadHasBegun();
        bullpen.Write("m.onnx");
        using var hold = new ManualResetEventSlim();
        bullpen.Runtime.Model("m").Hold = hold;
        var look = bullpen.LookTwice();
        await bullpen.Runtime.Model("m").ALoadHasBegun();

        var meanwhile = bullpen.Lease("m");
        meanwhile.IsCompletedSuccessfully.ShouldBeTrue("nobody waits for the load");
        (await meanwhile).Model.ShouldBeSameAs(inFlight.Model);
        (await meanwhile).Dispose();
        hold.Set();
        await look;
        using var next = await bullpen.Lease("m");

        next.Model.ShouldNotBeSameAs(inFlight.Model);
        bullpen.Runtime.Model("m").Alive.ShouldBe(2, "the old one is still in use");
        inFlight.Dispose();
        bullpen.Runtime.Model("m").Loads.ShouldBe(2);
    }

    [Theory]
    [InlineData(150, null)]
    [InlineData(1000, 1)]
    public async Task Where_both_do_not_fit_the_old_model_goes_first_and_the_log_says_so(long budget, int? maxModels)
    {
        await using var bullpen = new WatchHarness(budget, maxModels, "m.onnx");
        await bullpen.UseAsync("m");
        bullpen.Write("m.onnx");

        await bullpen.LookTwice();

        bullpen.StateOf("m").ShouldBe(ModelState.Ready);
        bullpen.Runtime.Model("m").Loads.ShouldBe(2);
        bullpen.Runtime.Model("m").Alive.ShouldBe(1);
        bullpen.Lines.ShouldContain(line => line.StartsWith("Gap accepted: there is no room for m:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Room_for_a_successor_is_made_of_other_idle_models_rather_than_of_the_one_that_it_replaces()
    {
        await using var bullpen = new WatchHarness(200, null, "m.onnx", "other.onnx");
        await bullpen.UseAsync("m");
        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        await bullpen.UseAsync("other");
        bullpen.Write("m.onnx");

        await bullpen.LookTwice();

        bullpen.StateOf("m").ShouldBe(ModelState.Ready);
        bullpen.StateOf("other").ShouldBe(ModelState.Absent);
        bullpen.Lines.ShouldNotContain(line => line.StartsWith("Gap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_successor_that_cannot_be_loaded_leaves_the_old_one_serving_with_the_reason_until_a_good_one_comes()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        using var old = await bullpen.Lease("m");
        bullpen.Runtime.Model("m").Failure = bullpen.Runtime.Model("m").Broken();
        bullpen.Write("m.onnx");
        await bullpen.LookTwice();

        var known = bullpen.Administration.Describe("m");
        (known.State, known.Reason).ShouldBe(("Ready", "Model m: it is broken."));
        (await bullpen.UseAsync("m")).ShouldBeSameAs(old.Model);
        bullpen.Cache.Residents().Count.ShouldBe(1);

        bullpen.Runtime.Model("m").Failure = null;
        bullpen.Write("m.onnx");
        await bullpen.LookTwice();

        bullpen.Administration.Describe("m").Reason.ShouldBeNull();
        (await bullpen.UseAsync("m")).ShouldNotBeSameAs(old.Model);
    }

    [Fact]
    public async Task A_successor_that_is_no_model_leaves_the_old_one_serving_while_that_is_in_memory()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        await bullpen.UseAsync("m");
        bullpen.Folder.Write("m.onnx", ModelBytes.Pickle());
        await bullpen.LookTwice();
        bullpen.Administration.Describe("m").State.ShouldBe("Ready");
        bullpen.Administration.Describe("m").Reason.ShouldNotBeNull().ShouldStartWith("m.onnx looks like");

        await bullpen.Models.UnloadAsync(bullpen.Catalog.Resolve("m"), CancellationToken.None);
        await bullpen.Watch.LookAsync(CancellationToken.None);

        bullpen.Administration.Describe("m").State.ShouldBe("Failed");
    }

    [Fact]
    public async Task A_file_that_is_again_what_it_was_clears_the_reason_without_a_load()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        await bullpen.UseAsync("m");
        File.Copy(bullpen.Folder.At("m.onnx"), bullpen.Folder.At(".kept"));
        bullpen.Folder.Write("m.onnx", ModelBytes.Pickle());
        await bullpen.LookTwice();
        File.Delete(bullpen.Folder.At("m.onnx"));
        File.Move(bullpen.Folder.At(".kept"), bullpen.Folder.At("m.onnx"));

        await bullpen.LookTwice();

        bullpen.Administration.Describe("m").Reason.ShouldBeNull();
        bullpen.Runtime.Model("m").Loads.ShouldBe(1);
    }

    [Fact]
    public async Task A_delete_while_the_successor_loads_wins()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        using var hold = new ManualResetEventSlim();
        var look = await ASuccessorLoads(bullpen, hold);

        await bullpen.Administration.UnregisterAsync("m", CancellationToken.None);
        hold.Set();
        await look;
        bullpen.Write("m.onnx");
        await bullpen.LookTwice();

        bullpen.Catalog.Find("m").ShouldBeNull();
        bullpen.Cache.Residents().Where(r => r.Status.State == ModelState.Ready).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_model_comes_back_when_its_file_is_taken_away_and_put_back()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        await bullpen.Administration.UnregisterAsync("m", CancellationToken.None);
        File.Delete(bullpen.Folder.At("m.onnx"));
        await bullpen.LookTwice();
        bullpen.Write("m.onnx");
        await bullpen.LookTwice();

        bullpen.Catalog.Find("m").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_model_that_a_request_registered_is_left_alone()
    {
        await using var bullpen = new WatchHarness(1000, null, "m.onnx");
        await bullpen.Administration.RegisterAsync("n", "m.onnx", load: false, CancellationToken.None);
        var registered = bullpen.Catalog.Find("n");
        bullpen.Write("n.onnx");
        await bullpen.LookTwice();
        bullpen.Catalog.Find("n").ShouldBeSameAs(registered);
        File.Delete(bullpen.Folder.At("n.onnx"));
        await bullpen.LookTwice();

        bullpen.Catalog.Find("n").ShouldBeSameAs(registered);
    }

    [Fact]
    public async Task A_new_version_of_a_model_in_memory_is_loaded_before_it_is_the_default()
    {
        await using var bullpen = new WatchHarness(1000, null, "m/1/model.onnx");
        using var old = await bullpen.Lease("m");
        bullpen.Write("m/2/model.onnx");

        await bullpen.LookTwice();

        bullpen.Catalog.Resolve("m").Id.Version.ShouldBe("2");
        bullpen.StateOf("m").ShouldBe(ModelState.Ready);
        bullpen.Cache.StatusOf(old.Model.Definition).State.ShouldBe(ModelState.Draining);
    }

    [Fact]
    public async Task A_pinned_model_is_replaced_as_any_other()
    {
        await using var bullpen = new WatchHarness(1000, null, "m/model.onnx");
        bullpen.Folder.Write("m/model.json", """{"pin": true}""");
        await bullpen.LookTwice();
        await bullpen.UseAsync("m");
        bullpen.Write("m/model.onnx");

        await bullpen.LookTwice();

        bullpen.StateOf("m").ShouldBe(ModelState.Ready);
        bullpen.Runtime.Model("m").Loads.ShouldBe(2);
    }

    /// <summary>The model m is in memory, and its successor's load has begun and is held; the look that found it.</summary>
    /// <summary>The second version, the default, is in memory, and its files have changed.</summary>
    private static async Task<(ModelDefinition Old, Task Look)> ASuccessorOfTheSecondOfTwoVersionsLoads(WatchHarness bullpen, ManualResetEventSlim hold)
    {
        bullpen.Folder.Write("m/model.json", """{"versions":"all"}""");
        await bullpen.LookTwice();
        await bullpen.UseAsync("m");
        await bullpen.Runtime.Model("m").ALoadHasBegun();
        var old = bullpen.Catalog.Resolve("m", "2");
        bullpen.Write("m/2/model.onnx");
        bullpen.Runtime.Model("m").Hold = hold;
        var look = bullpen.LookTwice();
        await bullpen.Runtime.Model("m").ALoadHasBegun();
        return (old, look);
    }

    private static async Task<Task> ASuccessorLoads(WatchHarness bullpen, ManualResetEventSlim hold)
    {
        await bullpen.UseAsync("m");
        await bullpen.Runtime.Model("m").ALoadHasBegun();
        bullpen.Write("m.onnx");
        bullpen.Runtime.Model("m").Hold = hold;
        var look = bullpen.LookTwice();
        await bullpen.Runtime.Model("m").ALoadHasBegun();
        return look;
    }
}
