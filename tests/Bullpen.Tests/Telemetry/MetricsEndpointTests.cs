using System.Collections.Concurrent;
using System.Globalization;
using Bullpen.TestKit;

namespace Bullpen.Tests.Telemetry;

/// <summary>The numbers of real models after actions that are known, over HTTP.</summary>
public sealed class MetricsEndpointTests
{
    private const string DataFrame = """{"action":{"0":1},"david":{"0":1}}""";
    private const string India = "/predictions/india";
    private const string Infer = "protocol=mms,operation=infer";

    [Fact]
    public async Task One_miss_three_hits_one_delete_and_one_failure_are_counted_so()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "india.onnx");
        var content = File.ReadAllBytes(Checkout.At("samples", "models", "iris", "model.onnx"));
        content.AsSpan()[content.AsSpan().IndexOf("TreeEnsembleClassifier"u8)..][0] = (byte)'X';
        repository.Write("odd.onnx", content);
        await using var server = await RunningServer.StartAsync(repository.Path);

        for (var i = 0; i < 4; i++)
            (await server.PostAsync(India, DataFrame)).Status.ShouldBe(200);
        var loaded = await Scrape.OfAsync(server);
        var resident = server.Cache.Budget.Ledger.Resident;
        (await server.PostAsync("/predictions/odd", DataFrame)).Status.ShouldBe(400);
        (await server.DeleteAsync("/models/india")).Status.ShouldBe(200);
        (await server.PostAsync(India, DataFrame)).Status.ShouldBe(404);
        (await server.GetAsync("/nowhere")).Status.ShouldBe(404);
        var end = await Scrape.OfAsync(server);

        loaded["bullpen_cache_misses_total"].ShouldBe(1);
        loaded["bullpen_cache_hits_total"].ShouldBe(3);
        loaded["bullpen_loads_total"].ShouldBe(1);
        loaded["bullpen_resident_models"].ShouldBe(1);
        loaded["bullpen_known_models"].ShouldBe(2);
        loaded["bullpen_memory_budget_bytes"].ShouldBe(4L << 30);
        loaded["bullpen_memory_used_bytes{state=resident}"].ShouldBe(resident);
        resident.ShouldBeGreaterThan(0);
        loaded[$"bullpen_requests_total{{{Infer},outcome=ok}}"].ShouldBe(4);
        end["bullpen_cache_hits_total"].ShouldBe(3, "those of the model that is gone count on");
        end["bullpen_cache_misses_total"].ShouldBe(2);
        end["bullpen_load_failures_total{kind=invalid_model}"].ShouldBe(1);
        end["bullpen_evictions_total{reason=requested}"].ShouldBe(1);
        end["bullpen_evictions_total{reason=evicted}"].ShouldBe(0);
        end["bullpen_memory_used_bytes{state=resident}"].ShouldBe(0);
        end["bullpen_resident_models"].ShouldBe(0);
        end["bullpen_known_models"].ShouldBe(1);
        end[$"bullpen_requests_total{{{Infer},outcome=invalid_model}}"].ShouldBe(1);
        end[$"bullpen_requests_total{{{Infer},outcome=model_not_found}}"].ShouldBe(1);
        end["bullpen_requests_total{protocol=mms,operation=manage,outcome=ok}"].ShouldBe(1);
        end["bullpen_requests_total{protocol=server,operation=other,outcome=route_not_found}"].ShouldBe(1);
        end["bullpen_requests_in_flight"].ShouldBe(0);
        end[$"bullpen_request_duration_seconds_count{{{Infer}}}"].ShouldBe(6);
        end["bullpen_load_wait_seconds_count"].ShouldBe(2);
        end["bullpen_load_duration_seconds_count"].ShouldBe(1);
        end["bullpen_process_resident_bytes"].ShouldBeGreaterThan(10 << 20);
        end["bullpen_managed_heap_bytes"].ShouldBeGreaterThan(100_000);
        HistogramsAreConsistent(end);
    }

    [Fact]
    public async Task A_model_evicted_and_asked_for_again_at_once_is_a_reload_too_soon()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 1 });

        foreach (var model in new[] { "india", "iris", "india" })
            (await server.PostAsync($"/predictions/{model}", model == "india" ? DataFrame : """{"instances":[[5.1,3.5,1.4,0.2]]}""")).Body.ShouldNotBeEmpty();
        var scrape = await Scrape.OfAsync(server);

        scrape["bullpen_evictions_total{reason=evicted}"].ShouldBe(2);
        scrape["bullpen_eviction_age_seconds_count"].ShouldBe(2);
        scrape["bullpen_thrash_reloads_total"].ShouldBe(1);
        scrape["bullpen_loads_total"].ShouldBe(3);
        scrape["bullpen_resident_models"].ShouldBe(1);
    }

    [Fact]
    public async Task Two_servers_of_one_process_count_each_for_itself()
    {
        await using var busy = await RunningServer.StartAsync();
        await using var idle = await RunningServer.StartAsync();

        await busy.PostAsync(India, DataFrame);
        await busy.PostAsync(India, DataFrame);

        (await Scrape.OfAsync(busy))["bullpen_cache_hits_total"].ShouldBe(1);
        var other = await Scrape.OfAsync(idle);
        other["bullpen_cache_hits_total"].ShouldBe(0);
        other["bullpen_cache_misses_total"].ShouldBe(0);
        other["bullpen_loads_total"].ShouldBe(0);
        other.Samples.Keys.ShouldNotContain(key => key.StartsWith("bullpen_requests_total{protocol=mms", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_answer_says_its_format_and_its_version_whatever_is_accepted()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var accept in new[] { "*/*", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await server.Client.SendAsync(request);

            response.Content.Headers.GetValues("Content-Type").Single().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        }

        (await server.PostAsync("/metrics", "")).Status.ShouldBe(405);
    }

    [Fact]
    public async Task Scrapes_from_all_sides_during_churn_never_see_a_value_go_back_or_a_sum_that_is_none()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 1, MetricsModels = 1 });
        using var enough = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<string, int>();
        var clients = new[] { "india", "iris", "spam" }.Select(model => Task.Run(async () =>
        {
            var random = new Random(model.Length);
            while (!enough.IsCancellationRequested)
            {
                var answer = await server.PostAsync($"/predictions/{model}", DataFrame);
                answered.AddOrUpdate($"{answer.Status}", 1, (_, count) => count + 1);
                if (random.Next(10) == 0) await server.DeleteAsync($"/models/{model}");
                if (random.Next(3) == 0) await server.PostAsync("/models", $$"""{"model_name":"{{model}}","url":"{{model}}"}""");
            }
        })).ToList();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var before = await Scrape.OfAsync(server);
            for (var i = 0; i < 60 || answered.GetValueOrDefault("200") <= 5; i++)
            {
                var scrape = await Scrape.OfAsync(server);
                HistogramsAreConsistent(scrape);
                scrape.Samples.Count(sample => sample.Key.StartsWith("bullpen_model_requests_total", StringComparison.Ordinal)).ShouldBeInRange(1, 2);
                foreach (var (sample, value) in before.Growing.Where(sample => scrape.Samples.ContainsKey(sample.Key)))
                    scrape[sample].ShouldBeGreaterThanOrEqualTo(value, sample);
                foreach (var (sample, _) in before.Growing.Where(sample => !sample.Key.StartsWith("bullpen_model_", StringComparison.Ordinal)))
                    scrape.Samples.ContainsKey(sample).ShouldBeTrue(sample);
                before = scrape;
            }
        })));
        await enough.CancelAsync();
        await Task.WhenAll(clients);

        // An answer is counted just after it left, and a model that leaves just before its memory is back.
        var end = await Scrape.UntilAsync(server, scrape =>
            Sum(scrape, $"bullpen_requests_total{{{Infer}") == answered.Values.Sum()
            && scrape["bullpen_loads_total"] == Sum(scrape, "bullpen_evictions_total") + scrape["bullpen_resident_models"]);
        answered["200"].ShouldBeGreaterThan(5);
        end["bullpen_evictions_total{reason=evicted}"].ShouldBe(end["bullpen_eviction_age_seconds_count"]);
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_say()
    {
        Skip.IfNot(Promtool.IsThere, Promtool.Missing);
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 1, MetricsModels = 3 });
        foreach (var model in new[] { "india", "iris", "india", "nobody" }) await server.PostAsync($"/predictions/{model}", DataFrame);
        await server.DeleteAsync("/models/india");

        (await Promtool.RunAsync((await Scrape.OfAsync(server)).Text, "check", "metrics")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_metric_is_there_with_its_labels()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MetricsModels = 1 });
        await server.PostAsync(India, DataFrame);
        await Scrape.OfAsync(server);
        var scrape = await Scrape.OfAsync(server);

        foreach (var metric in Core.Telemetry.ServingMetrics.All)
        {
            var name = Bullpen.Telemetry.PrometheusName.Of(metric);
            scrape.Types[name].ShouldBe(metric.Type.ToString().ToLowerInvariant());
            scrape.Help[name].ShouldBe(metric.Help);
            var sample = scrape.Samples.Keys.First(key => key.Split('{')[0].Replace("_bucket", "") == name);
            var labels = sample.Contains('{') ? sample.Split('{', '}')[1].Split(',').Select(label => label.Split('=')[0]).Where(label => label != "le") : [];
            labels.ShouldBe(metric.Labels, sample);
        }
    }

    private static double Sum(Scrape scrape, string start) =>
        scrape.Samples.Where(sample => sample.Key.StartsWith(start, StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>Buckets that never fall from one bound to the next, the last of them the count; a sum that the buckets allow.</summary>
    private static void HistogramsAreConsistent(Scrape scrape)
    {
        foreach (var name in scrape.Types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            var series = scrape.Samples.Where(sample => sample.Key.StartsWith(name + "_bucket{", StringComparison.Ordinal))
                .GroupBy(sample => sample.Key[..sample.Key.IndexOf("le=", StringComparison.Ordinal)].TrimEnd(','));
            foreach (var buckets in series)
            {
                var bounds = buckets.Select(bucket => bucket.Key.Split("le=")[1].TrimEnd('}')).ToList();
                bounds[^1].ShouldBe("+Inf");
                var finite = bounds[..^1].Select(bound => double.Parse(bound, CultureInfo.InvariantCulture)).ToList();
                finite.SequenceEqual(finite.Order()).ShouldBeTrue(buckets.Key);
                var counts = buckets.Select(bucket => bucket.Value).ToList();
                counts.SequenceEqual(counts.Order()).ShouldBeTrue($"{buckets.Key} {string.Join(' ', counts)}");
                var labels = buckets.Key.Split('{')[1];
                var suffix = labels.Length == 0 ? "" : $"{{{labels}}}";
                scrape[$"{name}_count{suffix}"].ShouldBe(counts[^1]);
                scrape[$"{name}_sum{suffix}"].ShouldBeGreaterThanOrEqualTo(0);
            }
        }
    }
}
