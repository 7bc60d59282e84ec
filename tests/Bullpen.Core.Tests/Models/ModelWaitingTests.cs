using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>Who waits for room or for a turn, in which order, and what those are told who wait in vain.</summary>
public sealed class ModelWaitingTests
{
    [Fact]
    public async Task A_big_load_is_passed_by_small_ones_for_a_while_and_then_by_none()
    {
        await using var bullpen = new ManagerHarness(budget: 1000, cacheOptions: new ModelCacheOptions { PassingLimit = TimeSpan.FromSeconds(5) });
        Size(bullpen, "used", 600);
        Size(bullpen, "big", 900);
        var used = await bullpen.Lease("used");
        var big = bullpen.Lease("big");

        var passed = 0;
        var held = new List<Task<ModelLease>>();
        for (var second = 1; second <= 20; second++)
        {
            bullpen.Time.Advance(TimeSpan.FromSeconds(1));
            Size(bullpen, $"small{second}", 10);
            var small = bullpen.Lease($"small{second}");
            if (second < 5)
            {
                (await small).Dispose();
                passed++;
            }
            else
            {
                held.Add(small);
                small.IsCompleted.ShouldBeFalse($"at {second} s nobody passes any more");
            }
        }

        used.Dispose();

        (await big).Dispose();
        passed.ShouldBe(4);
        foreach (var small in held) (await small).Dispose();
    }

    [Fact]
    public async Task Loads_that_wait_for_room_come_in_the_order_in_which_they_were_asked_for()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        var order = new List<string>();
        var used = await bullpen.Lease("used");
        var waiting = new List<Task>();
        foreach (var name in new[] { "c", "a", "b" }) waiting.Add(Note(name));

        used.Dispose();
        await Task.WhenAll(waiting);

        order.ShouldBe(["c", "a", "b"]);

        async Task Note(string name)
        {
            using var lease = await bullpen.Lease(name);
            lock (order) order.Add(name);
        }
    }

    [Fact]
    public async Task Who_waits_in_vain_for_room_is_told_who_holds_it_and_when_to_come_back()
    {
        await using var bullpen = new ManagerHarness(budget: 1000);
        bullpen.Definition("pinned", new() { Pin = true });
        await Took(bullpen, "first", 100, seconds: 7);
        await Took(bullpen, "second", 400, seconds: 3);
        await bullpen.Use("pinned");
        using var used = await bullpen.Lease("used");
        Size(bullpen, "big", 850);
        var big = bullpen.Lease("big");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("second"), CancellationToken.None);
        bullpen.Time.Advance(TimeSpan.FromSeconds(6));
        var waiting = bullpen.Lease("second");
        bullpen.Cache.ProspectOf(bullpen.Definition("second")).Reason.ShouldContain("400 bytes of room, behind 1 other load.");

        bullpen.Time.Advance(TimeSpan.FromSeconds(54));

        var error = await Should.ThrowAsync<ServingException>(big);
        (await waiting).Dispose();
        error.Kind.ShouldBe(ServingErrorKind.LoadTimeout);
        error.Message.ShouldContain("waits for 850 bytes of room. Of 1000 bytes (--memory), ");
        error.Message.ShouldContain("pinned models hold 100 bytes (1), models in use 100 bytes (1), idle models 100 bytes (1)");
    }

    [Fact]
    public async Task Retry_after_is_what_the_loads_before_it_and_its_own_took_before()
    {
        await using var bullpen = new ManagerHarness();
        await Took(bullpen, "a", 100, seconds: 7);
        await Took(bullpen, "b", 100, seconds: 3);
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);
        await bullpen.Manager.UnloadAsync(bullpen.Definition("b"), CancellationToken.None);
        bullpen.Runtime.Model("a").Hold = new ManualResetEventSlim();
        var before = bullpen.Lease("a");
        await bullpen.Runtime.Model("a").ALoadHasBegun();
        var waiting = bullpen.Lease("b");
        bullpen.Time.Advance(TimeSpan.FromSeconds(2));

        var prospect = bullpen.Cache.ProspectOf(bullpen.Definition("b"));

        prospect.ReadyIn.ShouldBe(TimeSpan.FromSeconds(5 + 3));
        prospect.Reason.ShouldContain("waits for its turn");
        bullpen.Runtime.Model("a").Hold!.Set();
        (await before).Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_model_that_was_never_loaded_is_reckoned_by_the_pace_of_others()
    {
        await using var bullpen = new ManagerHarness();
        await Took(bullpen, "a", 100, seconds: 2);
        Size(bullpen, "new", 300);
        bullpen.Runtime.Model("new").Hold = new ManualResetEventSlim();
        var waiting = bullpen.Lease("new");
        await bullpen.Runtime.Model("new").ALoadHasBegun();

        bullpen.Cache.ProspectOf(bullpen.Definition("new")).ReadyIn.ShouldBe(TimeSpan.FromSeconds(6));

        bullpen.Runtime.Model("new").Hold!.Set();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Who_waits_for_room_that_is_pinned_meanwhile_is_told_at_once_and_holds_up_nobody()
    {
        await using var bullpen = new ManagerHarness(budget: 300);
        Size(bullpen, "big", 250);
        var used = await bullpen.Lease("used");
        var big = bullpen.Lease("big");
        bullpen.Time.Advance(TimeSpan.FromSeconds(6));
        var small = bullpen.Lease("small");
        small.IsCompleted.ShouldBeFalse("the big one has waited its time");

        bullpen.Manager.Pin(bullpen.Definition("used"), true);

        (await Should.ThrowAsync<ServingException>(big)).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
        (await small).Dispose();
        used.Dispose();
    }

    [Fact]
    public async Task A_load_that_hangs_keeps_its_turn_no_longer_than_the_load_wait()
    {
        await using var bullpen = new ManagerHarness();
        var hung = bullpen.Runtime.Model("hung");
        hung.Hold = new ManualResetEventSlim();
        var first = bullpen.Lease("hung");
        await hung.ALoadHasBegun();
        bullpen.Time.Advance(TimeSpan.FromSeconds(40));
        var second = bullpen.Lease("next");
        var third = bullpen.Lease("other");
        second.IsCompleted.ShouldBeFalse();

        bullpen.Time.Advance(TimeSpan.FromSeconds(20));

        (await Should.ThrowAsync<ServingException>(first)).Message.ShouldContain("under way since 60 s");
        (await second).Dispose();
        (await third).Dispose();
        bullpen.Runtime.MostLoadsAtOnce.ShouldBe(2, "one hangs, and one at a time goes on beside it");
        hung.Hold.Set();
    }

    private static void Size(ManagerHarness bullpen, string name, long bytes) => bullpen.Runtime.Model(name).Bytes = bytes;

    /// <summary>Loads a model that takes that long, and leaves it in memory.</summary>
    private static async Task Took(ManagerHarness bullpen, string name, long bytes, int seconds)
    {
        var model = bullpen.Runtime.Model(name);
        model.Bytes = bytes;
        model.Hold = new ManualResetEventSlim();
        var lease = bullpen.Lease(name);
        await model.ALoadHasBegun();
        bullpen.Time.Advance(TimeSpan.FromSeconds(seconds));
        model.Hold.Set();
        (await lease).Dispose();
        model.Hold = null;
    }
}
