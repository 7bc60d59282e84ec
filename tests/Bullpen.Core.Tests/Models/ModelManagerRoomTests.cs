using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>Who makes room for whom, who waits for it, and what never finds any.</summary>
public sealed class ModelManagerRoomTests
{
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
}
