using Bullpen.Core.Models;
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
