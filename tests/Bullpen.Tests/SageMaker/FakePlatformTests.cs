using Bullpen.TestKit;

namespace Bullpen.Tests.SageMaker;

/// <summary>A platform that works with the container as SageMaker does, for long.</summary>
public sealed class FakePlatformTests
{
    [Fact]
    public async Task Ten_thousand_steps_of_a_platform_lose_nothing_load_nothing_unasked_and_stay_within_the_budget()
    {
        const int steps = 10_000;
        using var store = new TempFolder();
        await using var platform = new FakePlatform(store, models: 40, memory: 100_000, new Random(5));
        await platform.StartAsync();

        for (var i = 0; i < steps; i++) await platform.StepAsync();

        foreach (var (what, times) in new Dictionary<string, int>
        {
            ["restart"] = 5,
            ["load"] = 1000,
            ["refused before"] = 500,
            ["refused after"] = 50,
            ["unload"] = 500,
            ["conflict"] = 50,
            ["not there"] = 50,
            ["many"] = 100,
            ["broken"] = 50,
        })
            platform.Events.GetValueOrDefault(what).ShouldBeGreaterThan(times, what);
    }
}
