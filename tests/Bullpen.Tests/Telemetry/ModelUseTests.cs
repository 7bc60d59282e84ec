using System.Diagnostics.Metrics;
using Bullpen.Telemetry;
using Bullpen.TestKit;

namespace Bullpen.Tests.Telemetry;

public sealed class ModelUseTests
{
    [Fact]
    public async Task The_most_used_have_series_of_their_own_and_the_rest_one_together()
    {
        await using var bullpen = new ManagerHarness();
        var use = new ModelUse(bullpen.Cache, _ => true, most: 2);
        foreach (var (model, times) in new[] { ("a", 3), ("b", 5), ("c", 1), ("d", 2) }) await Use(bullpen, model, times);

        Text(use.Requests()).ShouldBe("a=3 b=5 other=3");
        Values(use.Memory())["other"].ShouldBe(bullpen.Cache.Residents().Where(model => model.Definition.Id.Name is "c" or "d").Sum(model => model.Status.Bytes));
    }

    [Fact]
    public async Task A_model_that_overtakes_another_begins_with_what_came_since_and_nobody_loses_anything()
    {
        await using var bullpen = new ManagerHarness();
        var use = new ModelUse(bullpen.Cache, _ => true, most: 1);
        await Use(bullpen, "a", 3);
        await Use(bullpen, "b", 2);
        Text(use.Requests()).ShouldBe("a=3 other=2");

        await Use(bullpen, "b", 2);
        Text(use.Requests()).ShouldBe("b=2 other=2");

        await Use(bullpen, "a", 5);
        Text(use.Requests()).ShouldBe("a=8 other=2");
    }

    [Fact]
    public async Task A_model_called_like_the_rest_is_counted_with_it()
    {
        await using var bullpen = new ManagerHarness();
        var use = new ModelUse(bullpen.Cache, _ => true, most: 5);
        await Use(bullpen, "other", 3);
        await Use(bullpen, "a", 1);

        Text(use.Requests()).ShouldBe("a=1 other=3");
        Values(use.Memory()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_model_got_before_it_was_deleted_stays_in_the_sum()
    {
        await using var bullpen = new ManagerHarness();
        var known = true;
        var use = new ModelUse(bullpen.Cache, _ => known, most: 1);
        await Use(bullpen, "a", 3);
        use.Requests();
        await Use(bullpen, "a", 2);

        known = false;
        await bullpen.Manager.UnloadAsync(bullpen.Unregister("a"), CancellationToken.None);

        Text(use.Requests()).ShouldBe("other=2");
        bullpen.Cache.Usage().Leases.ShouldBe(5);
    }

    private static async Task Use(ManagerHarness bullpen, string model, int times)
    {
        for (var i = 0; i < times; i++) await bullpen.Use(model);
    }

    /// <summary>In the order of the names.</summary>
    private static string Text(IReadOnlyList<Measurement<long>> measurements) =>
        string.Join(' ', Values(measurements).OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}"));

    private static Dictionary<string, long> Values(IReadOnlyList<Measurement<long>> measurements) =>
        measurements.ToDictionary(measurement => (string)measurement.Tags[0].Value!, measurement => measurement.Value);
}
