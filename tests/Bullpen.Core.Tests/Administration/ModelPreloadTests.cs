using Bullpen.Core.Administration;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Administration;

public sealed class ModelPreloadTests
{
    private readonly RecordingLogger<ModelPreload> _log = new();

    [Fact]
    public async Task Named_models_come_first_in_their_order_then_those_of_manifests_by_priority()
    {
        await using var bullpen = new WatchHarness(1000, null, "a.onnx", "b.onnx", "high/model.onnx", "low/model.onnx");
        bullpen.Folder.Write("low/model.json", """{"preload": true}"""u8);
        bullpen.Folder.Write("high/model.json", """{"preload": true, "priority": 5}"""u8);
        await bullpen.LookTwice();

        await Preload(bullpen).RunAsync(" b, a,", CancellationToken.None);

        var byLoad = bullpen.Cache.Residents().OrderBy(r => bullpen.Runtime.Model(r.Definition.Id.Name).FirstLoad).Select(r => r.Definition.Id.Name);
        byLoad.ShouldBe(["b", "a", "high", "low"]);
        _log.Lines.ShouldBe(["Information: Preloaded 4 of 4 models"]);
    }

    [Fact]
    public async Task It_stops_where_the_next_model_does_not_fit_and_evicts_nothing()
    {
        await using var bullpen = new WatchHarness(250, null, "a.onnx", "b.onnx", "c.onnx", "d.onnx");

        await Preload(bullpen).RunAsync("all", CancellationToken.None);

        bullpen.Cache.Residents().Select(r => r.Definition.Id.Name).ShouldBe(["a", "b"], ignoreOrder: true);
        bullpen.Runtime.Model("d").Loads.ShouldBe(0);
        _log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning: Preloading stops at c:1, after 2 of 4 models: no room is left");
    }

    [Fact]
    public async Task A_model_that_is_not_there_or_is_known_to_be_broken_is_said_and_passed_over()
    {
        await using var bullpen = new WatchHarness(1000, null, "a.onnx", "broken.onnx");
        bullpen.Folder.Write("broken.onnx", "no model"u8);
        await bullpen.LookTwice();

        await Preload(bullpen).RunAsync("nobody,broken,a", CancellationToken.None);

        var lines = _log.Lines.ToList();
        lines.Count.ShouldBe(3);
        lines[0].ShouldBe("Warning: There is no model nobody to preload (--preload)");
        lines[1].ShouldStartWith("Warning: Cannot preload broken:1: ");
        lines[2].ShouldBe("Information: Preloaded 1 of 2 models");
    }

    [Fact]
    public async Task A_load_that_fails_is_logged_as_any_other_and_not_a_second_time()
    {
        await using var bullpen = new WatchHarness(1000, null, "a.onnx", "broken.onnx");
        bullpen.Runtime.Model("broken").Failure = bullpen.Runtime.Model("broken").Broken();

        await Preload(bullpen).RunAsync("broken,a", CancellationToken.None);

        _log.Lines.ShouldBe(["Information: Preloaded 1 of 2 models"]);
    }

    [Fact]
    public async Task A_model_that_is_in_memory_counts_and_is_left_alone()
    {
        await using var bullpen = new WatchHarness(1000, null, "a.onnx");
        (await bullpen.Models.LeaseAsync(bullpen.Catalog.Resolve("a"), CancellationToken.None)).Dispose();

        await Preload(bullpen).RunAsync("a", CancellationToken.None);

        bullpen.Runtime.Model("a").Loads.ShouldBe(1);
        _log.Lines.ShouldBe(["Information: Preloaded 1 of 1 models"]);
    }

    [Fact]
    public async Task Nothing_is_said_where_nothing_is_to_be_loaded()
    {
        await using var bullpen = new WatchHarness(1000, null, "a.onnx");

        await Preload(bullpen).RunAsync(null, CancellationToken.None);

        _log.Lines.ShouldBeEmpty();
    }

    private ModelPreload Preload(WatchHarness bullpen) => new(bullpen.Catalog, bullpen.Models, _log);
}
