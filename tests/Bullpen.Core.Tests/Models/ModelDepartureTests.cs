using System.Runtime.CompilerServices;
using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What is left of a model that left, and what is said of it.</summary>
public sealed class ModelDepartureTests
{
    [Fact]
    public async Task Of_a_model_that_was_mapped_but_not_charged_for_it_the_residue_is_what_did_not_come_back()
    {
        await using var harness = new ManagerHarness(budget: 1000, new ModelCacheOptions { ChargeMapped = false });
        var model = harness.Runtime.Model("a");
        (model.Bytes, model.MappedBytes, model.Reclaims) = (60, 5000, 5000);
        await harness.Use("a");

        var back = await harness.Manager.UnloadAsync(harness.Definition("a"), CancellationToken.None);

        back.ShouldNotBeNull().Residue.ShouldBe(60);
    }

    [Fact]
    public async Task A_model_that_left_is_kept_alive_by_nothing()
    {
        await using var harness = new ManagerHarness(budget: 1000);
        var left = await LoadAndUnload(harness);

        // The thread that unloaded it may be a moment from its end.
        for (var i = 0; i < 100 && left.TryGetTarget(out _); i++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        left.TryGetTarget(out _).ShouldBeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference<LoadedModel>> LoadAndUnload(ManagerHarness harness)
    {
        WeakReference<LoadedModel> model;
        using (var lease = await harness.Lease("a")) model = new WeakReference<LoadedModel>(lease.Model);
        await harness.Manager.UnloadAsync(harness.Definition("a"), CancellationToken.None);
        return model;
    }
}
