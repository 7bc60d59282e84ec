using Bullpen.Core.Models;
using Bullpen.Core.Telemetry;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>The numbers that a load and an unload leave behind: what came back, what was more than reserved, what thrashes.</summary>
public sealed class ModelAccountsTests
{
    private readonly RecordingLogger<ModelManager> _log = new();

    [Fact]
    public async Task An_unload_says_what_came_back_and_what_did_not()
    {
        await using var bullpen = new ManagerHarness(logger: _log);
        bullpen.Runtime.Model("a").Reclaims = 97;
        await bullpen.Use("a");

        var back = await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);

        back.ShouldBe(new ModelReturn(97, 3));
        _log.Lines.ShouldContain("Information: Unloaded a:1 (Requested): 100 bytes charged, reclaimedBytes 97, residueBytes 3");
    }

    [Fact]
    public async Task What_comes_back_beyond_what_was_charged_is_no_negative_residue()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Runtime.Model("a").Reclaims = 130;
        await bullpen.Use("a");

        (await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None)).ShouldBe(new ModelReturn(130, 0));
    }

    [Fact]
    public async Task What_could_not_be_measured_is_unknown_and_so_is_the_residue_of_an_estimate()
    {
        await using var bullpen = new ManagerHarness(logger: _log);
        await bullpen.Use("overlapped");
        bullpen.Runtime.Model("estimated").Reclaims = 80;
        bullpen.Runtime.Model("estimated").IsMeasured = false;
        await bullpen.Use("estimated");

        var overlapped = await bullpen.Manager.UnloadAsync(bullpen.Definition("overlapped"), CancellationToken.None);
        var estimated = await bullpen.Manager.UnloadAsync(bullpen.Definition("estimated"), CancellationToken.None);

        overlapped.ShouldBe(new ModelReturn(null, null));
        estimated.ShouldBe(new ModelReturn(80, null));
        _log.Lines.ShouldContain(line => line.Contains("reclaimedBytes unknown, residueBytes unknown"));
    }

    [Fact]
    public void Of_several_versions_the_sum_is_known_only_where_each_is()
    {
        ModelReturn.Add(new(10, 1), new(20, 2)).ShouldBe(new ModelReturn(30, 3));
        ModelReturn.Add(new(10, 1), new(20, null)).ShouldBe(new ModelReturn(30, null));
    }

    [Fact]
    public async Task A_model_larger_than_reserved_is_said_so_and_an_overshoot_is_a_warning()
    {
        await using var bullpen = new ManagerHarness(budget: 300, logger: _log);
        Size(bullpen, "larger", estimate: 50, bytes: 60);
        Size(bullpen, "liar", estimate: 50, bytes: 200);
        using var used = await bullpen.Lease("used");
        using var larger = await bullpen.Lease("larger");

        using var liar = await bullpen.Lease("liar");

        bullpen.Cache.StatusOf(bullpen.Definition("liar")).OvershootBytes.ShouldBe(150);
        var lines = await _log.LinesWith(" took ", 2);
        lines.ShouldContain("Information: larger:1 took 60 bytes, more than the 50 reserved for it; the budget of 300 holds it");
        lines.ShouldContain(
            "Warning: liar:1 took 200 bytes, more than the 50 reserved for it: the budget of 300 is overshot by 60 until others can leave (--memory)");
    }

    [Fact]
    public async Task Models_that_come_back_within_a_minute_of_their_eviction_are_counted_and_said()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 1 }, logger: _log);
        using var reloads = new CounterSum(bullpen.Meter, ServingMetrics.Reloads.Name);
        for (var i = 0; i < 5; i++)
        {
            await bullpen.Use("a");
            await bullpen.Use("b");
        }

        reloads.Value.ShouldBe(8);
        bullpen.Time.Advance(TimeSpan.FromSeconds(61));
        await bullpen.Use("a");
        reloads.Value.ShouldBe(8, "a minute is long enough");
        await bullpen.Use("b");

        reloads.Value.ShouldBe(9);
        (await _log.LinesWith("just been evicted"))[0].ShouldContain("--memory");
    }

    [Fact]
    public async Task A_model_that_was_unloaded_on_purpose_does_not_thrash()
    {
        await using var bullpen = new ManagerHarness();
        using var reloads = new CounterSum(bullpen.Meter, ServingMetrics.Reloads.Name);
        await bullpen.Use("a");
        await bullpen.Manager.UnloadAsync(bullpen.Definition("a"), CancellationToken.None);
        await bullpen.Use("a");

        reloads.Value.ShouldBe(0);
    }

    [Fact]
    public void The_process_beside_its_models_is_measured_and_not_charged()
    {
        GC.Collect();
        var budget = new MemoryBudget(1000, new ProcessFloor());

        budget.Overhead.Managed.ShouldBeGreaterThan(0);
        budget.Overhead.Total.ShouldBeInRange(budget.Overhead.Managed, Environment.WorkingSet * 2);
        budget.Ledger.Free.ShouldBe(1000);
    }

    private static void Size(ManagerHarness bullpen, string name, long estimate, long bytes)
    {
        bullpen.Runtime.Model(name).Estimate = estimate;
        bullpen.Runtime.Model(name).Bytes = bytes;
    }
}
