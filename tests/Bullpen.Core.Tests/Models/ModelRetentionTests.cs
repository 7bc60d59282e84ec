using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What keeps a model in memory beside its worth: pins, priorities, keep-alive; and what ends that.</summary>
public sealed class ModelRetentionTests
{
    private static readonly ModelCacheOptions Two = new() { MaxModels = 2 };

    [Fact]
    public async Task A_model_pinned_while_the_server_runs_is_not_evicted_until_it_is_unpinned()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: Two);
        await bullpen.Use("a");
        await bullpen.Use("b");
        bullpen.Manager.Pin(bullpen.Definition("a"), true);

        await bullpen.Use("c");
        bullpen.Ready().ShouldBe(["a", "c"]);
        bullpen.Cache.StatusOf(bullpen.Definition("a")).IsPinned.ShouldBeTrue();
        bullpen.Manager.Pin(bullpen.Definition("a"), null);
        await bullpen.Use("d");

        bullpen.Ready().ShouldBe(["c", "d"]);
    }

    [Fact]
    public async Task A_pin_holds_through_an_unload()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        bullpen.Manager.Pin(bullpen.Definition("a"), true);
        await bullpen.Use("a");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);
        await bullpen.Use("b");
        await bullpen.Use("a");

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("b"))).Kind.ShouldBe(ServingErrorKind.ModelTooLarge);
    }

    [Fact]
    public async Task A_manifests_pin_can_be_taken_away()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 });
        bullpen.Definition("a", new ModelManifest { Pin = true });
        await bullpen.Use("a");

        bullpen.Manager.Pin(bullpen.Definition("a"), false);

        await bullpen.Use("b");
        bullpen.Ready().ShouldBe(["b"]);
    }

    [Fact]
    public async Task What_is_not_registered_cannot_be_pinned()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Definition("a");

        var error = Should.Throw<ServingException>(() => bullpen.Manager.Pin(bullpen.Unregister("a"), true));

        error.Kind.ShouldBe(ServingErrorKind.ModelNotFound);
    }

    [Fact]
    public async Task Lower_priority_goes_first_however_lately_it_was_used_and_however_young_it_is()
    {
        await using var bullpen = new ManagerHarness(
            cacheOptions: Two with { MinimumResidency = TimeSpan.FromSeconds(10) });
        bullpen.Definition("low", new ModelManifest { Priority = -1 });
        await bullpen.Use("old");
        bullpen.Time.Advance(TimeSpan.FromSeconds(11));
        await bullpen.Use("low");

        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next", "old"]);
    }

    [Fact]
    public async Task A_manifests_own_minimum_residency_counts()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: Two);
        bullpen.Definition("young", new ModelManifest { MinResidency = TimeSpan.FromSeconds(10) });
        await bullpen.Use("young");
        await bullpen.Use("other");

        await bullpen.Use("next");
        bullpen.Ready().ShouldBe(["next", "young"]);
        bullpen.Time.Advance(TimeSpan.FromSeconds(10));
        await bullpen.Use("last");

        bullpen.Ready().ShouldBe(["last", "next"]);
    }

    [Fact]
    public async Task A_model_kept_alive_goes_after_those_that_nobody_wished_for_and_yet_goes()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: Two);
        await Use(bullpen, "wished", KeepAlive.Forever);
        await bullpen.Use("other");

        await bullpen.Use("next");
        bullpen.Ready().ShouldBe(["next", "wished"]);
        await Use(bullpen, "next", KeepAlive.Forever);
        await bullpen.Use("last");

        bullpen.Ready().ShouldBe(["last", "next"], "among equal wishes the policy decides");
    }

    [Fact]
    public async Task A_wish_does_not_beat_an_operators_priority()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: Two);
        bullpen.Definition("low", new ModelManifest { Priority = -1 });
        await bullpen.Use("other");
        await Use(bullpen, "low", KeepAlive.Forever);

        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next", "other"]);
    }

    [Fact]
    public async Task A_model_is_unloaded_when_it_was_idle_for_its_keep_alive_and_not_before()
    {
        await using var bullpen = new ManagerHarness();
        await Use(bullpen, "a", new KeepAlive(TimeSpan.FromSeconds(30)));
        bullpen.Time.Advance(TimeSpan.FromSeconds(20));
        await bullpen.Use("a");
        bullpen.Time.Advance(TimeSpan.FromSeconds(29));
        bullpen.Manager.ExpireIdle();
        bullpen.Ready().ShouldBe(["a"], "the last use counts");

        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        bullpen.Manager.ExpireIdle();

        bullpen.Ready().ShouldBeEmpty();
    }

    [Fact]
    public async Task Keep_alive_zero_unloads_once_nobody_uses_the_model()
    {
        await using var bullpen = new ManagerHarness();
        using var other = await bullpen.Lease("a");
        var mine = await bullpen.Lease("a");
        mine.Model.KeepAlive = new KeepAlive(TimeSpan.Zero);

        mine.Dispose();
        bullpen.StateOf("a").ShouldBe(ModelState.Ready);
        other.Dispose();

        bullpen.StateOf("a").ShouldBeOneOf(ModelState.Unloading, ModelState.Absent);
    }

    [Fact]
    public async Task A_pinned_model_stays_whatever_a_request_or_an_idle_time_to_live_says()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { IdleTtl = TimeSpan.FromSeconds(1) });
        bullpen.Definition("a", new ModelManifest { Pin = true });
        await Use(bullpen, "a", new KeepAlive(TimeSpan.Zero));

        bullpen.Time.Advance(TimeSpan.FromDays(1));
        bullpen.Manager.ExpireIdle();

        bullpen.Ready().ShouldBe(["a"]);
    }

    [Fact]
    public async Task The_idle_time_to_live_is_a_requests_then_the_manifests_then_the_servers()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { IdleTtl = TimeSpan.FromSeconds(10) });
        bullpen.Definition("never", new ModelManifest { IdleTtl = Timeout.InfiniteTimeSpan });
        bullpen.Definition("soon", new ModelManifest { IdleTtl = TimeSpan.FromSeconds(5) });
        foreach (var name in new[] { "never", "servers", "soon" }) await bullpen.Use(name);
        await Use(bullpen, "wished", new KeepAlive(TimeSpan.FromSeconds(20)));
        using var used = await bullpen.Lease("used");

        List<string> left = [];
        foreach (var wait in new[] { 6, 6, 10 })
        {
            bullpen.Time.Advance(TimeSpan.FromSeconds(wait));
            bullpen.Manager.ExpireIdle();
            left.Add(string.Join(' ', bullpen.Ready()));
        }

        left.ShouldBe(["never servers used wished", "never used wished", "never used"]);
    }

    private static async Task Use(ManagerHarness bullpen, string name, KeepAlive keepAlive)
    {
        bullpen.Time.Advance(TimeSpan.FromMilliseconds(10));
        using var lease = await bullpen.Lease(name);
        lease.Model.KeepAlive = keepAlive;
    }
}
