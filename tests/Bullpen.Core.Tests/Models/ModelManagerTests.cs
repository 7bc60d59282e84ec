using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

public sealed class ModelManagerTests
{
    [Fact]
    public async Task Five_hundred_callers_of_a_cold_model_share_one_load()
    {
        await using var bullpen = new ManagerHarness();
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        var callers = Enumerable.Range(0, 500).Select(_ => bullpen.Lease("a")).ToList();
        await model.ALoadHasBegun();
        model.Hold.Set();

        var leases = await Task.WhenAll(callers);

        model.Loads.ShouldBe(1);
        leases.Select(lease => lease.Model).Distinct().Count().ShouldBe(1);
        bullpen.Cache.StatusOf(bullpen.Definition("a")).InUse.ShouldBe(500);
        foreach (var lease in leases) lease.Dispose();
        bullpen.Cache.StatusOf(bullpen.Definition("a")).InUse.ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_load_to_the_others()
    {
        await using var bullpen = new ManagerHarness();
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        using var impatience = new CancellationTokenSource();
        var impatient = bullpen.Lease("a", impatience.Token);
        var patient = bullpen.Lease("a");
        await model.ALoadHasBegun();

        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        model.Hold.Set();

        (await patient).Dispose();
        model.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task A_load_whose_only_caller_gave_up_still_ends_and_stays()
    {
        await using var bullpen = new ManagerHarness();
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        using var impatience = new CancellationTokenSource();
        var impatient = bullpen.Lease("a", impatience.Token);
        await model.ALoadHasBegun();
        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        model.Hold.Set();

        await bullpen.Use("a");

        model.Loads.ShouldBe(1);
        bullpen.Cache.StatusOf(bullpen.Definition("a")).InUse.ShouldBe(0);
    }

    [Fact]
    public async Task The_least_recently_used_model_makes_room()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 2 });

        await bullpen.Use("sentiment");
        await bullpen.Use("spam");
        await bullpen.Use("language_id");
        bullpen.Ready().ShouldBe(["language_id", "spam"]);
        await bullpen.Use("sentiment");
        bullpen.Ready().ShouldBe(["language_id", "sentiment"]);
        await bullpen.Use("language_id");
        await bullpen.Use("spam");

        bullpen.Ready().ShouldBe(["language_id", "spam"]);
    }

    [Fact]
    public async Task A_model_in_use_is_not_evicted_and_the_caller_waits_for_it()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        var used = await bullpen.Lease("a");

        var waiting = bullpen.Lease("b");

        bullpen.Ready().ShouldBe(["a"]);
        waiting.IsCompleted.ShouldBeFalse();
        used.Dispose();
        (await waiting).Dispose();
        bullpen.Ready().ShouldBe(["b"]);
        bullpen.Runtime.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pinned_model_is_never_evicted()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 2 });
        bullpen.Definition("pinned", new ModelManifest { Pin = true });
        await bullpen.Use("pinned");
        foreach (var name in new[] { "a", "b", "c" }) await bullpen.Use(name);

        bullpen.Ready().ShouldBe(["c", "pinned"]);
    }

    [Fact]
    public async Task A_load_begins_only_when_its_victims_memory_is_given_back()
    {
        await using var bullpen = new ManagerHarness(budget: 150);
        var victim = bullpen.Runtime.Model("a");
        await bullpen.Use("a");
        victim.HoldDispose = new ManualResetEventSlim();

        var waiting = bullpen.Lease("b");

        bullpen.Ledger.ShouldBe(new MemoryLedger(Total: 150, Reserved: 0, Resident: 0, Draining: 100));
        bullpen.Runtime.Model("b").Loads.ShouldBe(0);
        victim.HoldDispose.Set();
        (await waiting).Dispose();
        bullpen.Ledger.ShouldBe(new MemoryLedger(Total: 150, Reserved: 0, Resident: 100, Draining: 0));
    }

    [Fact]
    public async Task No_more_is_evicted_than_needed()
    {
        await using var bullpen = new ManagerHarness(budget: 1000);
        bullpen.Runtime.Model("small").Bytes = 10;
        bullpen.Runtime.Model("large").Bytes = 900;
        bullpen.Runtime.Model("next").Bytes = 500;
        await bullpen.Use("small");
        await bullpen.Use("large");

        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next", "small"]);
    }

    [Fact]
    public async Task Nothing_is_evicted_where_even_all_idle_models_would_not_do()
    {
        await using var bullpen = new ManagerHarness(budget: 1000);
        bullpen.Runtime.Model("used").Bytes = 600;
        bullpen.Runtime.Model("big").Bytes = 900;
        using var used = await bullpen.Lease("used");
        await bullpen.Use("idle");

        var waiting = bullpen.Lease("big");

        bullpen.Ready().ShouldBe(["idle", "used"]);
        used.Dispose();
        (await waiting).Dispose();
        bullpen.Ready().ShouldBe(["big", "idle"]);
    }

    [Fact]
    public async Task A_small_load_passes_one_that_waits_for_models_in_use_but_not_for_long()
    {
        await using var bullpen = new ManagerHarness(budget: 1000, new ModelCacheOptions { PassingLimit = TimeSpan.FromSeconds(5) });
        bullpen.Runtime.Model("used").Bytes = 600;
        bullpen.Runtime.Model("big").Bytes = 900;
        var used = await bullpen.Lease("used");
        var big = bullpen.Lease("big");

        await bullpen.Use("small");
        bullpen.Time.Advance(TimeSpan.FromSeconds(6));
        var late = bullpen.Lease("late");

        late.IsCompleted.ShouldBeFalse();
        bullpen.Runtime.Model("late").Loads.ShouldBe(0);
        used.Dispose();
        (await big).Dispose();
        (await late).Dispose();
    }

    [Fact]
    public async Task A_model_larger_than_the_whole_budget_is_refused_at_once_and_evicts_nobody()
    {
        await using var bullpen = new ManagerHarness(budget: 150);
        bullpen.Runtime.Model("huge").Bytes = 151;
        await bullpen.Use("a");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("huge"));

        error.Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
        bullpen.Runtime.Model("huge").Loads.ShouldBe(0);
        bullpen.Ready().ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_model_that_measures_larger_than_the_whole_budget_is_unloaded_and_refused()
    {
        await using var bullpen = new ManagerHarness(budget: 150);
        bullpen.Runtime.Model("liar").Estimate = 10;
        bullpen.Runtime.Model("liar").Bytes = 500;

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("liar"))).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);

        bullpen.Runtime.BytesAlive.ShouldBe(0);
        bullpen.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_that_measures_larger_than_reserved_evicts_more()
    {
        await using var bullpen = new ManagerHarness(budget: 250);
        bullpen.Runtime.Model("liar").Estimate = 50;
        bullpen.Runtime.Model("liar").Bytes = 200;
        await bullpen.Use("a");
        await bullpen.Use("b");

        using var lease = await bullpen.Lease("liar");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);
        await bullpen.Manager.UnloadAsync(bullpen.Definition("b"), CancellationToken.None);

        bullpen.Ready().ShouldBe(["liar"]);
        bullpen.Ledger.ShouldBe(new MemoryLedger(Total: 250, Reserved: 0, Resident: 200, Draining: 0));
        bullpen.Cache.StatusOf(bullpen.Definition("liar")).ExpectedBytes.ShouldBe(200);
    }

    [Fact]
    public async Task A_failed_load_is_remembered_and_tried_again_after_a_growing_delay()
    {
        await using var bullpen = new ManagerHarness();
        var model = bullpen.Runtime.Model("bad");
        model.Failure = model.Broken();

        var first = await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        var second = await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        model.Loads.ShouldBe(1);
        first.Message.ShouldBe(second.Message);
        second.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));

        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        model.Loads.ShouldBe(2);
        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        (await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        model.Loads.ShouldBe(2);

        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        model.Failure = null;
        await bullpen.Use("bad");
        bullpen.Ready().ShouldBe(["bad"]);
    }

    [Fact]
    public async Task A_bad_model_fails_alone()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Runtime.Model("bad").Failure = new InvalidOperationException("a bug at /home/secret");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        await bullpen.Use("good");

        error.Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);
        error.Message.ShouldNotContain("/home");
        bullpen.StateOf("bad").ShouldBe(ModelState.Failed);
        bullpen.Ledger.Used.ShouldBe(100);
    }

    [Fact]
    public async Task A_load_does_not_slow_the_answers_of_another_model()
    {
        await using var bullpen = new ManagerHarness();
        var slow = bullpen.Runtime.Model("slow");
        slow.Hold = new ManualResetEventSlim();
        await bullpen.Use("warm");
        var waiting = bullpen.Lease("slow");
        await slow.ALoadHasBegun();

        var lease = bullpen.Manager.LeaseAsync(bullpen.Definition("warm"), CancellationToken.None);

        lease.IsCompletedSuccessfully.ShouldBeTrue();
        (await lease).Dispose();
        slow.Hold.Set();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task An_unload_waits_for_the_last_lease_and_for_the_memory()
    {
        await using var bullpen = new ManagerHarness();
        var lease = await bullpen.Lease("a");

        var unload = bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

        bullpen.StateOf("a").ShouldBe(ModelState.Draining);
        bullpen.Runtime.Model("a").Alive.ShouldBe(1);
        unload.IsCompleted.ShouldBeFalse();
        lease.Dispose();
        (await unload).ShouldNotBeNull();
        bullpen.Runtime.Model("a").Alive.ShouldBe(0);
        bullpen.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_draining_model_is_never_revived_and_who_asks_for_it_waits_for_its_next_load()
    {
        await using var bullpen = new ManagerHarness();
        var lease = await bullpen.Lease("a");
        var unload = bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

        var next = bullpen.Lease("a");

        next.IsCompleted.ShouldBeFalse();
        var old = lease.Model;
        lease.Dispose();
        await unload;
        using var fresh = await next;
        fresh.Model.ShouldNotBeSameAs(old);
        bullpen.Runtime.Model("a").Loads.ShouldBe(2);
    }

    [Fact]
    public async Task A_model_removed_while_it_loads_serves_those_who_asked_and_then_leaves()
    {
        await using var bullpen = new ManagerHarness();
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        var asked = bullpen.Lease("a");
        await model.ALoadHasBegun();

        var removed = bullpen.Unregister("a");
        var unload = bullpen.Manager.UnloadAsync(removed, CancellationToken.None);
        var late = await Should.ThrowAsync<ServingException>(bullpen.Manager.LeaseAsync(removed, CancellationToken.None).AsTask());
        model.Hold.Set();

        late.Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        (await asked).Dispose();
        (await unload).ShouldNotBeNull();
        bullpen.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_registered_again_is_another_model()
    {
        await using var bullpen = new ManagerHarness();
        using var old = await bullpen.Lease("a");
        var unload = bullpen.Manager.UnloadAsync(bullpen.Unregister("a"), CancellationToken.None);

        using var fresh = await bullpen.Lease("a");

        fresh.Model.ShouldNotBeSameAs(old.Model);
        unload.IsCompleted.ShouldBeFalse();
        old.Dispose();
        (await unload).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_caller_waits_no_longer_than_the_load_wait_and_a_load_not_begun_is_given_up_with_its_last_caller()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        using var used = await bullpen.Lease("a");
        var waiting = bullpen.Lease("b");

        bullpen.Time.Advance(TimeSpan.FromSeconds(60));

        (await Should.ThrowAsync<ServingException>(waiting)).Kind.ShouldBe(ServingErrorKind.LoadTimeout);
        bullpen.StateOf("b").ShouldBe(ModelState.Absent);
        used.Dispose();
        bullpen.Ready().ShouldBe(["a"]);
        bullpen.Runtime.Model("b").Loads.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_in_its_minimum_residency_is_chosen_last()
    {
        await using var bullpen = new ManagerHarness(
            cacheOptions: new ModelCacheOptions { MaxModels = 2, MinimumResidency = TimeSpan.FromSeconds(10) });
        await bullpen.Use("old");
        bullpen.Time.Advance(TimeSpan.FromSeconds(11));
        await bullpen.Use("young");
        await bullpen.Use("old");

        await bullpen.Use("next");
        bullpen.Ready().ShouldBe(["next", "young"]);
        await bullpen.Use("another");

        bullpen.Ready().ShouldBe(["another", "next"]);
    }

    [Fact]
    public async Task Shutdown_finishes_what_is_in_flight_and_refuses_the_rest()
    {
        var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        var lease = await bullpen.Lease("a");
        var waiting = bullpen.Lease("b");

        var shutdown = bullpen.DisposeAsync().AsTask();

        (await Should.ThrowAsync<ServingException>(waiting)).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        (await Should.ThrowAsync<ServingException>(bullpen.Lease("c"))).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        shutdown.IsCompleted.ShouldBeFalse();
        lease.Dispose();
        await shutdown;
        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }

    [Fact]
    public async Task Loads_take_their_turns()
    {
        await using var bullpen = new ManagerHarness(options: new ModelManagerOptions { LoadConcurrency = 1 });

        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bullpen.Lease($"m{i}")));

        foreach (var lease in leases) lease.Dispose();
        bullpen.Runtime.MostLoadsAtOnce.ShouldBe(1);
    }
}
