using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

public sealed class ModelCacheTests
{
    [Fact]
    public async Task An_overshoot_is_paid_back_by_the_next_lease_that_returns()
    {
        await using var bullpen = new ManagerHarness(budget: 250);
        Size(bullpen, "liar", estimate: 50, bytes: 200);
        var used = await bullpen.Lease("used");
        using var liar = await bullpen.Lease("liar");
        bullpen.Ledger.Overshoot.ShouldBe(50);

        used.Dispose();

        bullpen.Ready().ShouldBe(["liar"], "the return of the lease evicts its model");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("used"), CancellationToken.None);
        bullpen.Runtime.Model("used").Alive.ShouldBe(0);
        bullpen.Ledger.Overshoot.ShouldBe(0);
    }

    [Fact]
    public async Task Idle_models_go_for_an_overshoot_even_where_they_cover_only_a_part_of_it()
    {
        await using var bullpen = new ManagerHarness(budget: 250);
        Size(bullpen, "idle", estimate: 30, bytes: 30);
        Size(bullpen, "liar", estimate: 50, bytes: 200);
        bullpen.Runtime.Model("idle").HoldDispose = new ManualResetEventSlim();
        await bullpen.Use("idle");
        using var used = await bullpen.Lease("used");

        using var liar = await bullpen.Lease("liar");

        bullpen.StateOf("idle").ShouldBe(ModelState.Unloading);
        bullpen.Runtime.Model("idle").HoldDispose!.Set();
        await bullpen.Manager.UnloadAsync(bullpen.Definition("idle"), CancellationToken.None);
        bullpen.Ledger.Overshoot.ShouldBe(50);
    }

    [Fact]
    public async Task A_small_load_passes_one_that_waits_for_a_draining_model()
    {
        await using var bullpen = new ManagerHarness(budget: 1000);
        Size(bullpen, "leaving", estimate: 600, bytes: 600);
        Size(bullpen, "big", estimate: 900, bytes: 900);
        var used = await bullpen.Lease("leaving");
        var unload = bullpen.Manager.UnloadAsync(bullpen.Definition("leaving"), CancellationToken.None);
        var big = bullpen.Lease("big");

        await bullpen.Use("small");

        big.IsCompleted.ShouldBeFalse();
        used.Dispose();
        await unload;
        (await big).Dispose();
        bullpen.Ready().ShouldBe(["big", "small"]);
    }

    [Fact]
    public async Task Nothing_is_evicted_for_room_that_a_draining_model_will_give()
    {
        await using var bullpen = new ManagerHarness(budget: 250);
        await bullpen.Use("idle");
        var used = await bullpen.Lease("leaving");
        var unload = bullpen.Manager.UnloadAsync(bullpen.Definition("leaving"), CancellationToken.None);

        var next = bullpen.Lease("next");

        bullpen.Ready().ShouldBe(["idle"]);
        used.Dispose();
        await unload;
        (await next).Dispose();
        bullpen.Ready().ShouldBe(["idle", "next"]);
    }

    [Theory]
    [InlineData(150, null)]
    [InlineData(1000, 1)]
    public async Task A_load_for_which_pinned_models_leave_no_room_is_refused_at_once(long budget, int? maxModels)
    {
        await using var bullpen = new ManagerHarness(budget, new ModelCacheOptions { MaxModels = maxModels });
        bullpen.Definition("pinned", new ModelManifest { Pin = true });
        await bullpen.Use("pinned");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("next"));

        error.Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
        error.Message.ShouldContain("pinned");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("pinned"), CancellationToken.None);
        await bullpen.Use("next");
    }

    [Fact]
    public async Task No_more_callers_wait_for_one_model_than_the_limit_allows()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxWaiters = 2 });
        var model = bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        var waiting = new[] { bullpen.Lease("a"), bullpen.Lease("a") };

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Kind.ShouldBe(ServingErrorKind.Overloaded);
        error.Message.ShouldContain("2 requests");
        model.Hold.Set();
        foreach (var lease in await Task.WhenAll(waiting)) lease.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_the_next_load_of_a_model_that_is_removed_is_told_at_once()
    {
        await using var bullpen = new ManagerHarness();
        using var used = await bullpen.Lease("a");
        var definition = bullpen.Definition("a");
        var unload = bullpen.Manager.UnloadAsync(definition, CancellationToken.None);
        var waiting = bullpen.Lease("a");

        bullpen.Unregister("a");
        var removal = bullpen.Manager.UnloadAsync(definition, CancellationToken.None);

        (await Should.ThrowAsync<ServingException>(waiting)).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        used.Dispose();
        (await unload).ShouldNotBeNull();
        (await removal).ShouldNotBeNull();
        bullpen.Cache.StatusOf(definition).ShouldBe(ModelStatus.NeverLoaded);
    }

    [Fact]
    public async Task Who_waits_for_the_next_load_of_a_draining_model_is_told_of_a_shutdown_at_once()
    {
        var bullpen = new ManagerHarness();
        var used = await bullpen.Lease("a");
        var unload = bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);
        var waiting = bullpen.Lease("a");

        var shutdown = bullpen.DisposeAsync().AsTask();

        (await Should.ThrowAsync<ServingException>(waiting)).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        used.Dispose();
        await unload;
        await shutdown;
    }

    [Fact]
    public async Task A_draining_model_still_shows_who_uses_it()
    {
        await using var bullpen = new ManagerHarness();
        using (await bullpen.Lease("a"))
        {
            _ = bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

            var status = bullpen.Cache.StatusOf(bullpen.Definition("a"));

            status.State.ShouldBe(ModelState.Draining);
            status.InUse.ShouldBe(1);
            status.IdleFor.ShouldBe(TimeSpan.Zero);
            status.Leases.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_lease_on_a_ready_model_allocates_itself_and_nothing_else()
    {
        await using var bullpen = new ManagerHarness();
        var definition = bullpen.Definition("a");
        await bullpen.Use("a");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            var lease = bullpen.Manager.LeaseAsync(definition, CancellationToken.None);
            lease.IsCompletedSuccessfully.ShouldBeTrue();
            (await lease).Dispose();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThanOrEqualTo(1000 * 24);
    }

    [Fact]
    public void A_limit_below_one_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelCacheOptions { MaxModels = 0 });
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelCacheOptions { MaxWaiters = 0 });
    }

    private static void Size(ManagerHarness bullpen, string name, long estimate, long bytes)
    {
        bullpen.Runtime.Model(name).Estimate = estimate;
        bullpen.Runtime.Model(name).Bytes = bytes;
    }
}
