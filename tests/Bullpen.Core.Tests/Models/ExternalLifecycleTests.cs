using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>Where a platform decides what is in memory, nothing is loaded, evicted or waited for unasked.</summary>
public sealed class ExternalLifecycleTests
{
    private static readonly ModelCacheOptions External = new() { Lifecycle = LifecyclePolicy.External };

    [Fact]
    public async Task A_request_loads_nothing()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: External);

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("a"))).Kind.ShouldBe(ServingErrorKind.ModelNotFound);

        bullpen.Runtime.Model("a").Loads.ShouldBe(0);
    }

    [Fact]
    public async Task A_request_does_not_wait_for_a_load_under_way()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: External);
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        var loading = LoadAsync(bullpen, "a");
        await model.ALoadHasBegun();

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("a"))).Kind.ShouldBe(ServingErrorKind.ModelNotFound);

        model.Hold.Set();
        await loading;
        (await bullpen.Lease("a")).Dispose();
    }

    [Fact]
    public async Task A_load_that_lacks_room_is_refused_before_it_begins_and_evicts_nothing()
    {
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External);
        bullpen.Runtime.Model("a").Bytes = 60;
        bullpen.Runtime.Model("b").Bytes = 60;
        await LoadAsync(bullpen, "a");

        var refused = await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "b"));

        refused.Kind.ShouldBe(ServingErrorKind.InsufficientMemory);
        refused.Message.ShouldBe("Model b needs about 60 bytes, and 40 bytes of 100 bytes (--memory) are free. Unload another model and try again.");
        bullpen.Runtime.Model("b").Loads.ShouldBe(0);
        bullpen.Ready().ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_load_that_measures_more_than_there_is_leaves_no_session_also_where_it_cannot_be_noted()
    {
        var history = new FakeHistory();
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External, history: history);
        bullpen.Runtime.Model("b").Bytes = 60;
        (bullpen.Runtime.Model("a").Bytes, bullpen.Runtime.Model("a").Estimate) = (80, 20);
        await LoadAsync(bullpen, "b");
        history.Failure = new IOException("The disk is gone.");

        var failed = await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "a"));

        failed.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        (bullpen.Runtime.Model("a").Loads, bullpen.Runtime.Model("a").Alive).ShouldBe((1, 0));
    }

    [Fact]
    public async Task The_limit_by_count_is_told_as_well()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: External with { MaxModels = 1 });
        await LoadAsync(bullpen, "a");

        var refused = await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "b"));

        refused.Kind.ShouldBe(ServingErrorKind.InsufficientMemory);
        refused.Message.ShouldContain("1 models at most (--max-models)");
        bullpen.Ready().ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_model_that_measures_more_than_is_free_is_unloaded_again()
    {
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External);
        bullpen.Runtime.Model("a").Bytes = 60;
        var liar = bullpen.Runtime.Model("liar");
        (liar.Estimate, liar.Bytes) = (10, 41);
        await LoadAsync(bullpen, "a");

        var refused = await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "liar"));

        refused.Kind.ShouldBe(ServingErrorKind.InsufficientMemory);
        refused.Message.ShouldContain("measured 41 bytes, and 40 bytes of 100 bytes");
        (liar.Loads, liar.Alive).ShouldBe((1, 0));
        bullpen.Ledger.ShouldBe(new MemoryLedger(Total: 100, Reserved: 0, Resident: 60, Draining: 0));
    }

    [Fact]
    public async Task What_was_measured_in_vain_is_kept_for_the_next_try()
    {
        var history = new FakeHistory();
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External, history: history);
        bullpen.Runtime.Model("a").Bytes = 60;
        var liar = bullpen.Runtime.Model("liar");
        (liar.Estimate, liar.Bytes) = (10, 41);
        await LoadAsync(bullpen, "a");
        await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "liar"));

        history.Loads.Select(load => load.Bytes).ShouldBe([60, 41]);
    }

    [Fact]
    public async Task What_the_warm_up_adds_counts()
    {
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External, warmUp: new FakeWarmUp());
        var model = bullpen.Runtime.Model("a");
        (model.Bytes, model.WarmUpBytes) = (90, 11);
        bullpen.Definition("a", new ModelManifest { WarmUp = [default] });
        bullpen.Runtime.Model("b").Bytes = 5;
        await LoadAsync(bullpen, "b");

        (await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "a"))).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
        model.WarmUpBytes = 6;
        bullpen.Time.Advance(TimeSpan.FromMinutes(1));
        (await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "a"))).Kind.ShouldBe(ServingErrorKind.InsufficientMemory);

        (model.Loads, model.Alive).ShouldBe((2, 0));
        bullpen.Ledger.Used.ShouldBe(5);
    }

    [Fact]
    public async Task Loads_at_once_that_measure_more_than_expected_never_overshoot()
    {
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External, options: new ModelManagerOptions { LoadConcurrency = 2 });
        using var hold = new ManualResetEventSlim();
        var loads = new List<Task>();
        foreach (var name in new[] { "a", "b" })
        {
            var model = bullpen.Runtime.Model(name);
            (model.Estimate, model.Bytes, model.Hold) = (10, 60, hold);
            loads.Add(LoadAsync(bullpen, name));
            await model.ALoadHasBegun();
        }

        hold.Set();
        await Task.WhenAll(loads).ContinueWith(_ => { }, TaskScheduler.Default);

        loads.Count(load => load.IsCompletedSuccessfully).ShouldBe(1);
        loads.Single(load => load.IsFaulted).Exception!.InnerException.ShouldBeOfType<ServingException>().Kind.ShouldBe(ServingErrorKind.InsufficientMemory);
        bullpen.Ledger.ShouldBe(new MemoryLedger(Total: 100, Reserved: 0, Resident: 60, Draining: 0));
    }

    [Fact]
    public async Task A_load_does_not_wait_for_memory_that_is_on_its_way_back()
    {
        await using var bullpen = new ManagerHarness(budget: 100, cacheOptions: External);
        var (leaving, next) = (bullpen.Runtime.Model("leaving"), bullpen.Runtime.Model("next"));
        (leaving.Bytes, next.Bytes) = (60, 60);
        leaving.HoldDispose = new ManualResetEventSlim();
        await LoadAsync(bullpen, "leaving");
        var unloading = bullpen.Manager.UnloadAsync(bullpen.Definition("leaving"), CancellationToken.None);

        (await Should.ThrowAsync<ServingException>(LoadAsync(bullpen, "next"))).Kind.ShouldBe(ServingErrorKind.InsufficientMemory);
        unloading.IsCompleted.ShouldBeFalse();
        leaving.HoldDispose.Set();
        await unloading;

        await LoadAsync(bullpen, "next");
        bullpen.Ready().ShouldBe(["next"]);
    }

    [Fact]
    public async Task Neither_time_nor_a_requests_wish_unloads_anything()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: External with { IdleTtl = TimeSpan.FromMinutes(1) });
        bullpen.Definition("b", new ModelManifest { IdleTtl = TimeSpan.FromSeconds(1) });
        foreach (var name in new[] { "a", "b", "c" }) await LoadAsync(bullpen, name);
        using (var lease = await bullpen.Lease("c")) lease.Model.KeepAlive = new KeepAlive(TimeSpan.Zero);

        bullpen.Time.Advance(TimeSpan.FromDays(1));
        bullpen.Manager.ExpireIdle();

        bullpen.Ready().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task Nobody_is_next_to_go_and_nobody_gets_room_that_can_wait()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: External);
        await LoadAsync(bullpen, "a");

        bullpen.Cache.VictimOrder().ShouldBeEmpty();
        bullpen.Cache.Report(0, 10).NextVictims.ShouldBeEmpty();
        bullpen.Cache.Spare.TryTake(1).ShouldBeFalse();
        await bullpen.Cache.Spare.MakeAsync(bullpen.Ledger.Total);
        bullpen.Ready().ShouldBe(["a"]);
    }

    private static Task LoadAsync(ManagerHarness bullpen, string name) =>
        new ModelAdmission(bullpen.Manager, bullpen.Cache).LoadAsync(bullpen.Definition(name), CancellationToken.None);
}
