using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>Why a model is in memory or is not, through everything that can happen to it.</summary>
public sealed class CacheExplanationTests
{
    private static readonly ModelCacheOptions One = new() { MaxModels = 1 };

    [Fact]
    public async Task A_model_that_nobody_asked_for_says_so_and_what_a_request_would_do()
    {
        await using var bullpen = new ManagerHarness();

        var explanation = Explain(bullpen, "a");

        explanation.Cause.ShouldBe(ResidencyCause.NeverAsked);
        explanation.Sentence.ShouldBe("Nobody has asked for a since the server started. A request would load it at once: there is room.");
        explanation.Status.ExpectedBytes.ShouldBe(100);
        explanation.LoadedAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_model_in_memory_says_since_when_and_who_uses_it()
    {
        await using var bullpen = new ManagerHarness();
        using var lease = await bullpen.Lease("a");
        bullpen.Time.Advance(TimeSpan.FromSeconds(30));

        var explanation = Explain(bullpen, "a");

        explanation.Cause.ShouldBe(ResidencyCause.Ready);
        explanation.Sentence.ShouldBe("a is in memory: loaded 30 s ago in 0 ms, 100 bytes (measured), and in use by 1.");
        explanation.Resident.ShouldNotBeNull().LeasesSinceLoad.ShouldBe(1);
        explanation.LoadedAt.ShouldBe(bullpen.Time.GetUtcNow() - TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_evicted_model_says_when_and_for_whom_and_by_which_worth()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: One);
        await bullpen.Use("b");
        await bullpen.Use("a");
        await bullpen.Use("b");
        bullpen.Time.Advance(TimeSpan.FromSeconds(5));

        var explanation = Explain(bullpen, "a");

        explanation.Cause.ShouldBe(ResidencyCause.Evicted);
        explanation.Sentence.ShouldBe(
            "a was evicted 5 s ago for b:1: it was worth 0.02 to the policy lru, and that was to be worth 0.03. A request would load it and evict b:1.");
        var departure = explanation.Departure.ShouldNotBeNull();
        departure.Reason.ShouldBe(LeaveReason.Evicted);
        departure.For.ShouldBe(new ModelId("b", "1"));
        departure.At.ShouldBe(bullpen.Time.GetUtcNow() - TimeSpan.FromSeconds(5));
        departure.Bytes.ShouldBe(100);
        explanation.LoadedBytes.ShouldBe(100);
    }

    [Fact]
    public async Task A_model_evicted_for_a_newcomer_of_which_nothing_is_known_says_nothing_of_its_worth()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: One);
        await bullpen.Use("a");
        await bullpen.Use("b");

        var departure = Explain(bullpen, "a").Departure.ShouldNotBeNull();

        departure.Worth.ShouldNotBeNull();
        departure.WorthOfNewcomer.ShouldBeNull();
    }

    [Fact]
    public async Task A_model_that_waits_for_room_says_its_place_and_who_has_the_room()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: One);
        using var inUse = await bullpen.Lease("a");
        var first = bullpen.Lease("b");
        bullpen.Time.Advance(TimeSpan.FromSeconds(2));
        var second = bullpen.Lease("c");

        var explanation = Explain(bullpen, "c");

        explanation.Cause.ShouldBe(ResidencyCause.WaitsForRoom);
        explanation.Place.ShouldBe(1);
        explanation.Since.ShouldBe(bullpen.Time.GetUtcNow());
        explanation.Holders.ShouldBe([new RoomShare(RoomHolder.InUse, 100, 1)]);
        explanation.Sentence.ShouldStartWith("c is not in memory yet, asked for 0 ms ago. It waits for a place, behind 1 other load.");
        explanation.Sentence.ShouldContain("Of 1 model (--max-models), models in use are 1.");
        inUse.Dispose();
        (await first).Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_model_that_is_being_loaded_says_since_when()
    {
        await using var bullpen = new ManagerHarness();
        using var hold = new ManualResetEventSlim();
        bullpen.Runtime.Model("a").Hold = hold;
        var loading = bullpen.Lease("a");
        await bullpen.Runtime.Model("a").ALoadHasBegun();
        bullpen.Time.Advance(TimeSpan.FromSeconds(3));

        var explanation = Explain(bullpen, "a");
        hold.Set();
        (await loading).Dispose();

        explanation.Cause.ShouldBe(ResidencyCause.Loading);
        explanation.Since.ShouldBe(bullpen.Time.GetUtcNow() - TimeSpan.FromSeconds(3));
        explanation.Sentence.ShouldContain("Its load is under way since 3 s.");
    }

    [Fact]
    public async Task A_model_that_could_not_be_loaded_says_why_and_when_it_may_be_tried_again()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Runtime.Model("a").Failure = bullpen.Runtime.Model("a").Broken("the graph has a hole");
        await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        var explanation = Explain(bullpen, "a");

        explanation.Cause.ShouldBe(ResidencyCause.Failed);
        (explanation.Attempts, explanation.RetryIn).ShouldBe((1, TimeSpan.FromSeconds(1)));
        explanation.Sentence.ShouldBe(
            "a could not be loaded: Model a: the graph has a hole. Failures in a row: 1. It may be tried again in 1 s, or when its file changes.");
        new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Plan(bullpen.Definition("a")).Outcome.ShouldBe(PlanOutcome.FailedRecently);
        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        Explain(bullpen, "a").Sentence.ShouldEndWith("It may be tried again with the next request.");
        new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Plan(bullpen.Definition("a")).Outcome.ShouldBe(PlanOutcome.Fits);
    }

    [Fact]
    public async Task A_model_larger_than_the_budget_says_so_before_anybody_asks_and_after()
    {
        await using var bullpen = new ManagerHarness(budget: 1000);
        (bullpen.Runtime.Model("a").Bytes, bullpen.Runtime.Model("a").Estimate) = (2000, 2000);
        Explain(bullpen, "a").Cause.ShouldBe(ResidencyCause.TooLarge);
        bullpen.Runtime.Model("b").Estimate = 10;
        bullpen.Runtime.Model("b").Bytes = 2000;
        await Should.ThrowAsync<ServingException>(bullpen.Lease("b"));

        var explanation = Explain(bullpen, "b");

        explanation.Cause.ShouldBe(ResidencyCause.TooLarge);
        explanation.Sentence.ShouldBe(
            "Model b needs about 1 MiB; the memory budget (--memory) is 1 MiB in all. Failures in a row: 1. It may be tried again in 1 s, or when its file changes.");
    }

    [Fact]
    public async Task A_model_kept_out_by_pins_says_who_has_the_room()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: One);
        bullpen.Definition("pinned", new ModelManifest { Pin = true });
        await bullpen.Use("pinned");
        await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        var explanation = Explain(bullpen, "a");

        explanation.Cause.ShouldBe(ResidencyCause.KeptOutByPins);
        explanation.Holders.ShouldBe([new RoomShare(RoomHolder.Pinned, 100, 1)]);
        explanation.Sentence.ShouldContain("has no place beside the pinned models in memory. Of 1 model (--max-models), pinned models are 1.");
        Explain(bullpen, "pinned").Sentence.ShouldEndWith("Its manifest pins it: it is never evicted.");
    }

    [Fact]
    public async Task A_model_that_was_idle_for_too_long_or_unloaded_says_so()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { IdleTtl = TimeSpan.FromSeconds(10) });
        await bullpen.Use("a");
        await bullpen.Use("b");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("b"), CancellationToken.None);
        using var hold = new ManualResetEventSlim();
        bullpen.Runtime.Model("a").HoldDispose = hold;
        bullpen.Time.Advance(TimeSpan.FromSeconds(10));
        bullpen.Manager.ExpireIdle();

        var leaving = Explain(bullpen, "a");
        hold.Set();
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

        (leaving.Cause, leaving.Departure!.Reason).ShouldBe((ResidencyCause.Unloading, LeaveReason.Expired));
        leaving.Sentence.ShouldStartWith("a is leaving memory (expired).");
        Explain(bullpen, "b").Cause.ShouldBe(ResidencyCause.Requested);
        Explain(bullpen, "a").Cause.ShouldBe(ResidencyCause.Expired);
    }

    [Fact]
    public async Task A_model_that_everybody_gave_up_on_says_so_until_it_is_loaded()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: One);
        using (await bullpen.Lease("b"))
        {
            using var patience = new CancellationTokenSource();
            var waiting = bullpen.Lease("a", patience.Token);
            await patience.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(waiting);
            Explain(bullpen, "a").Sentence.ShouldBe(
                "a was asked for, and everybody who waited for it gave up before its load began. A request would wait for room that models in use have.");
        }

        await bullpen.Use("a");

        Explain(bullpen, "a").Cause.ShouldBe(ResidencyCause.Ready);
    }

    [Fact]
    public async Task A_broken_model_says_what_is_wrong_with_it()
    {
        await using var bullpen = new ManagerHarness();
        var broken = new ModelDefinition { Id = new ModelId("a", "1"), Path = "", Url = "a", Origin = ModelOrigin.Repository, Fault = "Model a: no." };

        var explanation = new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Explain(broken);

        (explanation.Cause, explanation.Sentence).ShouldBe((ResidencyCause.Broken, "Model a: no."));
        Should.Throw<ServingException>(() => new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Plan(broken)).Kind.ShouldBe(ServingErrorKind.InvalidModel);
    }

    private static CacheExplanation Explain(ManagerHarness bullpen, string name) => new ModelInsight(bullpen.Manager, bullpen.Cache, bullpen.Time).Explain(bullpen.Definition(name));
}
