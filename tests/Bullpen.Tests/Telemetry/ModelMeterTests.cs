using System.Buffers;
using System.Text;
using Bullpen.Core;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Telemetry;
using Bullpen.Telemetry;
using Bullpen.TestKit;

namespace Bullpen.Tests.Telemetry;

/// <summary>What loads and evictions count, with a clock that the test moves.</summary>
public sealed class ModelMeterTests : IAsyncDisposable
{
    private readonly ManagerHarness _bullpen;
    private readonly PrometheusExporter _exporter;

    public ModelMeterTests()
    {
        _bullpen = new ManagerHarness(
            budget: 100,
            new ModelCacheOptions { MaxWaiters = 1 },
            new ModelManagerOptions { LoadWait = TimeSpan.FromSeconds(5), Workers = 1, QueueLength = 0 });
        _exporter = new PrometheusExporter(_bullpen.Meter, ServingMetrics.All);
        CacheMeter.Observe(_bullpen.Meter, _bullpen.Cache, new ModelCatalog());
    }

    public async ValueTask DisposeAsync()
    {
        await _bullpen.DisposeAsync();
        _exporter.Dispose();
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(60, 0)]
    public async Task Only_a_reload_within_a_minute_of_the_eviction_is_too_soon(int seconds, int expected)
    {
        await _bullpen.Use("a");
        _bullpen.Time.Advance(TimeSpan.FromSeconds(30));
        await _bullpen.Use("b");
        _bullpen.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(10));
        await _bullpen.Use("a");

        var scrape = Scrape();
        scrape["bullpen_thrash_reloads_total"].ShouldBe(expected);
        scrape["bullpen_eviction_age_seconds_count"].ShouldBe(2);
        scrape["bullpen_eviction_age_seconds_sum"].ShouldBe(30.01 + seconds, tolerance: 0.001);
    }

    [Fact]
    public async Task A_reload_after_a_delete_is_none_that_more_room_would_have_spared()
    {
        await _bullpen.Use("a");
        await _bullpen.Manager.UnloadAsync(_bullpen.Definition("a"), CancellationToken.None);
        await _bullpen.Use("a");

        Scrape()["bullpen_thrash_reloads_total"].ShouldBe(0);
    }

    [Fact]
    public async Task Who_waited_and_who_was_refused_is_a_miss_and_no_hit_also_where_nobody_waits_any_more()
    {
        var model = _bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        using var impatience = new CancellationTokenSource();
        var first = _bullpen.Lease("a", impatience.Token);
        await model.ALoadHasBegun();

        (await Should.ThrowAsync<ServingException>(_bullpen.Lease("a"))).Kind.ShouldBe(ServingErrorKind.Overloaded);
        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        var second = _bullpen.Lease("a");
        _bullpen.Time.Advance(TimeSpan.FromSeconds(2));
        model.Hold.Set();
        (await second).Dispose();
        await _bullpen.Use("a");

        var scrape = Scrape();
        scrape["bullpen_cache_misses_total"].ShouldBe(3);
        scrape["bullpen_cache_hits_total"].ShouldBe(1);
        scrape["bullpen_queue_refusals_total{queue=load}"].ShouldBe(1);
        scrape["bullpen_load_wait_seconds_count"].ShouldBe(2);
        scrape["bullpen_load_wait_seconds_sum"].ShouldBe(2);
        scrape["bullpen_load_duration_seconds_sum"].ShouldBe(2);
    }

    [Fact]
    public async Task A_full_queue_of_a_loaded_model_is_counted()
    {
        var model = _bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        using var lease = await _bullpen.Lease("a");
        var running = Task.Run(() => lease.Model.Scheduler.RunAsync((session, token) => session.Run([], [], token), CancellationToken.None));
        await model.ARunHasBegun();

        var refused = lease.Model.Scheduler.RunAsync((session, token) => session.Run([], [], token), CancellationToken.None);
        (await Should.ThrowAsync<ServingException>(refused)).Kind.ShouldBe(ServingErrorKind.Overloaded);
        model.HoldRun.Set();
        await running;

        Scrape()["bullpen_queue_refusals_total{queue=model}"].ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_counted_by_its_kind_and_not_again_for_those_who_are_told_of_it()
    {
        _bullpen.Runtime.Model("a").Failure = _bullpen.Runtime.Model("a").Broken();

        for (var i = 0; i < 3; i++) await Should.ThrowAsync<ServingException>(_bullpen.Lease("a"));

        var scrape = Scrape();
        scrape["bullpen_load_failures_total{kind=invalid_model}"].ShouldBe(1);
        scrape["bullpen_loads_total"].ShouldBe(0);
        scrape["bullpen_cache_misses_total"].ShouldBe(3);
    }

    private Scrape Scrape()
    {
        var output = new ArrayBufferWriter<byte>();
        _exporter.Write(output);
        return new Scrape(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
