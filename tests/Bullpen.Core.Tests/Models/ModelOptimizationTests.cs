using Bullpen.Core.Models;
using Bullpen.Core.Runtimes;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Models;

public sealed class ModelOptimizationTests : IAsyncDisposable
{
    private readonly FakeOptimizer _optimizer = new();
    private readonly MemoryBudget _budget = new(1000);
    private readonly ModelCache _cache;
    private readonly ModelOptimization _optimization;

    public ModelOptimizationTests()
    {
        _cache = new ModelCache(_budget, new LruEvictionPolicy(), new ModelCacheOptions(), _ => true, new ManualTimeProvider());
        _optimization = new ModelOptimization(_optimizer, _cache.Spare, NullLogger<ModelOptimization>.Instance);
    }

    public ValueTask DisposeAsync() => _optimization.DisposeAsync();

    [Fact]
    public async Task Its_memory_is_reserved_while_it_lasts_and_whoever_waits_for_room_is_told_after_it()
    {
        var freed = new TaskCompletionSource<long>();
        _cache.Spare.Do = _ => freed.TrySetResult(_budget.Ledger.Used);
        _optimizer.Hold = new TaskCompletionSource();

        _optimization.Loaded(File("a"));
        await _optimizer.AnOptimisationHasBegun();

        _budget.Ledger.Used.ShouldBe(100);
        _optimizer.Hold.SetResult();
        (await freed.Task).ShouldBe(0);
    }

    [Fact]
    public async Task Without_free_memory_it_is_not_done_until_a_later_load()
    {
        var taken = _budget.TryReserve(950)!;
        _optimization.Loaded(File("a"));
        await _optimizer.ItWasAsked();
        taken.Dispose();
        _optimization.Loaded(File("b"));
        await _optimizer.AnOptimisationHasBegun();
        _optimization.Loaded(File("a"));
        await _optimizer.AnOptimisationHasBegun();

        _optimizer.Done.First().ShouldBe("b");
    }

    [Fact]
    public async Task One_at_a_time_and_a_model_that_waits_already_does_not_wait_twice()
    {
        _optimizer.Hold = new TaskCompletionSource();
        _optimization.Loaded(File("a"));
        await _optimizer.AnOptimisationHasBegun();

        _optimization.Loaded(File("b"));
        _optimization.Loaded(File("b"));
        _optimization.Loaded(File("c"));
        _budget.Ledger.Used.ShouldBe(100);
        _optimizer.Hold.SetResult();
        await _optimizer.AnOptimisationHasBegun();
        await _optimizer.AnOptimisationHasBegun();

        await _optimization.DisposeAsync();
        _optimizer.Done.Take(2).ShouldBe(["a", "b"]);
        _optimizer.Done.Count(name => name == "b").ShouldBe(1);
    }

    [Fact]
    public async Task What_needs_more_than_the_whole_budget_is_not_done_and_that_is_said_once()
    {
        var log = new RecordingLogger<ModelOptimization>();
        var small = new ModelCache(new MemoryBudget(99), new LruEvictionPolicy(), new ModelCacheOptions(), _ => true, new ManualTimeProvider());
        await using var optimization = new ModelOptimization(_optimizer, small.Spare, log);

        for (var i = 0; i < 4; i++)
        {
            optimization.Loaded(File("a"));
            await _optimizer.ItWasAsked();
        }

        optimization.Loaded(File("b"));
        await log.LinesWith("b is not optimised");

        log.Lines.ShouldBe(
        [
            "Warning: a is not optimised and goes on being loaded from its file: that would take 100 bytes of memory, and the budget (--memory) is 99 bytes in all",
            "Warning: b is not optimised and goes on being loaded from its file: that would take 100 bytes of memory, and the budget (--memory) is 99 bytes in all",
        ]);
        _optimizer.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_is_no_end_of_it()
    {
        _optimizer.Failure = new InvalidOperationException("a fault");
        _optimization.Loaded(File("a"));
        await _optimizer.AnOptimisationHasBegun();
        _optimization.Loaded(File("b"));

        await _optimizer.AnOptimisationHasBegun();
    }

    [Fact]
    public async Task Shutdown_gives_up_what_is_under_way_and_returns_its_memory()
    {
        _optimizer.Hold = new TaskCompletionSource();
        _optimization.Loaded(File("a"));
        await _optimizer.AnOptimisationHasBegun();

        await _optimization.DisposeAsync();

        _optimizer.Cancelled.ShouldBe(1);
        _budget.Ledger.Used.ShouldBe(0);
        _optimization.Loaded(File("b"));
    }

    [Fact]
    public async Task A_load_asks_for_it_and_the_next_one_reserves_what_the_new_form_takes()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        await harness.Use("a");
        await _optimizer.AnOptimisationHasBegun();
        await harness.Manager.UnloadAsync(harness.Definition("a"), CancellationToken.None);
        _optimizer.Foreseen["a"] = new ModelFootprint(10, 30, IsMeasured: true);
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes) = (12, 30);
        using var hold = new ManualResetEventSlim();
        model.Hold = hold;
        // The first load's optimisation may still hold its reservation, or the second one's.
        _optimizer.Working = 0;

        var lease = harness.Lease("a");
        await model.ALoadHasBegun();
        await model.ALoadHasBegun();

        harness.Ledger.Used.ShouldBe(40);
        hold.Set();
        (await lease).Dispose();
        harness.Ledger.Used.ShouldBe(42);
    }

    [Fact]
    public async Task In_a_server_that_is_always_full_idle_models_make_way_at_the_third_try()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        foreach (var name in new[] { "a", "b", "c" }) harness.Runtime.Model(name).Bytes = 400;
        _optimizer.Working = 700;
        foreach (var name in new[] { "a", "b", "c", "a", "b" })
        {
            await harness.Use(name);
            await _optimizer.ItWasAsked();
            _optimizer.Done.ShouldBeEmpty("there is no room for it");
        }

        await harness.Use("c");
        await harness.Use("a");

        await _optimizer.AnOptimisationHasBegun();
        harness.Ledger.Overshoot.ShouldBe(0);
    }

    [Fact]
    public async Task It_gives_way_to_a_load_that_lacks_its_memory_and_nothing_is_evicted_for_it()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        (_optimizer.Working, _optimizer.Hold) = (600, new TaskCompletionSource());
        await harness.Use("a");
        await _optimizer.AnOptimisationHasBegun();
        harness.Ledger.Used.ShouldBe(700);
        harness.Cache.Report(0, 10).Holders.ShouldBe([new RoomShare(RoomHolder.Optimizing, 600, 0), new RoomShare(RoomHolder.Idle, 100, 1)]);
        harness.Runtime.Model("b").Bytes = 900;

        await harness.Use("b");

        _optimizer.Cancelled.ShouldBe(1);
        harness.StateOf("a").ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task It_takes_nothing_of_the_room_that_is_being_made_for_a_load()
    {
        await using var harness = new ManagerHarness(budget: 400, optimizer: _optimizer);
        _optimizer.Working = 5000;
        foreach (var name in new[] { "a", "b" })
        {
            harness.Runtime.Model(name).Bytes = 200;
            await harness.Use(name);
            await _optimizer.ItWasAsked();
        }

        harness.Runtime.Model("c").Bytes = 400;
        using var hold = new ManualResetEventSlim();
        harness.Runtime.Model("b").HoldDispose = hold;
        var lease = harness.Lease("c");
        harness.Cache.Spare.TryTake(100).ShouldBeFalse();
        hold.Set();

        (await lease).Dispose();
    }

    [Fact]
    public async Task A_failure_gives_its_memory_to_whoever_waits_for_it()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        (_optimizer.Working, _optimizer.Failure) = (900, new InvalidOperationException("a fault"));
        await harness.Use("a");
        await _optimizer.AnOptimisationHasBegun();
        harness.Runtime.Model("b").Bytes = 900;

        await harness.Use("b");

        harness.StateOf("b").ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_reload_of_the_optimised_form_reserves_what_its_last_load_measured()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        _optimizer.Working = 0;
        _optimizer.Foreseen["a"] = new ModelFootprint(60, 40, IsMeasured: true);
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes) = (360, 40);
        await UseAndUnload(harness, model);

        (await ReservedFor(harness, model)).ShouldBe(400);
    }

    [Fact]
    public async Task A_load_of_the_original_after_its_entry_went_does_not_reserve_what_the_entry_took()
    {
        await using var harness = new ManagerHarness(budget: 1000, new ModelCacheOptions { ChargeMapped = false }, optimizer: _optimizer);
        _optimizer.Working = 0;
        _optimizer.Foreseen["a"] = new ModelFootprint(10, 800, IsMeasured: true);
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes, model.Estimate) = (10, 800, 900);
        await UseAndUnload(harness, model);
        _optimizer.Foreseen.Clear();
        (model.Bytes, model.MappedBytes) = (810, 0);

        (await ReservedFor(harness, model)).ShouldBe(900);
    }

    [Fact]
    public async Task A_plan_foresees_the_form_of_the_next_load_and_changes_nothing()
    {
        await using var harness = new ManagerHarness(budget: 1000, optimizer: _optimizer);
        _optimizer.Working = 0;
        await UseAndUnload(harness, harness.Runtime.Model("a"));
        var before = harness.Cache.StatusOf(harness.Definition("a")).ExpectedBytes;
        _optimizer.Foreseen["a"] = new ModelFootprint(10, 30, IsMeasured: true);

        new ModelInsight(harness.Manager, harness.Cache, harness.Time).Plan(harness.Definition("a")).NeededBytes.ShouldBe(40);

        harness.Cache.StatusOf(harness.Definition("a")).ExpectedBytes.ShouldBe(before);
    }

    [Fact]
    public async Task Without_the_charge_for_mapped_files_a_model_takes_its_private_bytes()
    {
        await using var harness = new ManagerHarness(budget: 100, new ModelCacheOptions { ChargeMapped = false });
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes, model.Estimate) = (60, 5000, 90);

        await harness.Use("a");

        harness.Ledger.Used.ShouldBe(60);
        harness.Manager.StatusOf(harness.Definition("a")).ExpectedBytes.ShouldBe(60);
    }

    [Fact]
    public async Task By_default_a_mapped_file_counts_against_the_budget()
    {
        await using var harness = new ManagerHarness(budget: 100);
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes, model.Estimate) = (60, 5000, 90);

        (await Should.ThrowAsync<ServingException>(() => harness.Use("a"))).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
    }

    private static async Task UseAndUnload(ManagerHarness harness, FakeModel model)
    {
        await harness.Use("a");
        await model.ALoadHasBegun();
        await harness.Manager.UnloadAsync(harness.Definition("a"), CancellationToken.None);
    }

    private static async Task<long> ReservedFor(ManagerHarness harness, FakeModel model)
    {
        using var hold = new ManualResetEventSlim();
        model.Hold = hold;
        var lease = harness.Lease("a");
        await model.ALoadHasBegun();
        var reserved = harness.Ledger.Reserved;
        hold.Set();
        (await lease).Dispose();
        return reserved;
    }

    private static ModelFile File(string name) => new(name, "/models/" + name);
}
