using System.Text;
using Bullpen.Core.Models;

namespace Bullpen.Tests.Protocols;

/// <summary>What is in memory, why, what would go, leases and pins, over HTTP with the sample models.</summary>
public sealed class CacheTests
{
    [Fact]
    public async Task The_report_adds_up()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 3, IdleTtl = TimeSpan.FromHours(1), Eviction = "density" });
        foreach (var model in new[] { "spam", "sentiment", "spam" }) await Use(server, model);

        var report = await server.GetAsync("/cache");

        report.Status.ShouldBe(200);
        report.Text("/policy").ShouldBe("density");
        report.At("/limits/maxModels").GetInt32().ShouldBe(3);
        report.At("/limits/idleTtlSeconds").GetInt32().ShouldBe(3600);
        report.At("/counts/inMemory").GetInt32().ShouldBe(2);
        var models = report.At("/models").EnumerateArray().ToList();
        models.Select(model => model.GetProperty("model").GetString()).ShouldBe(["sentiment", "spam"]);
        models.Sum(model => model.GetProperty("bytes").GetInt64()).ShouldBe(report.At("/budget/resident").GetInt64());
        report.At("/budget/free").GetInt64().ShouldBe(report.At("/budget/total").GetInt64() - report.At("/budget/resident").GetInt64());
        report.At("/besideModels/floor").GetInt64().ShouldBeGreaterThan(1 << 20);
        models[1].GetProperty("hits").GetInt32().ShouldBe(2);
        models[1].GetProperty("inFlight").GetInt32().ShouldBe(0);
        report.At("/nextVictims").EnumerateArray().Select(model => model.GetProperty("model").GetString()).ShouldBe(["sentiment", "spam"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_report_comes_in_pages()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var model in new[] { "spam", "sentiment", "language_id" }) await Use(server, model);

        var first = await server.GetAsync("/cache?limit=2");
        var last = await server.GetAsync($"/cache?limit=2&next_page_token={first.Text("/nextPageToken")}");

        Models(first).ShouldBe(["language_id", "sentiment"]);
        Models(last).ShouldBe(["spam"]);
        last.Json.TryGetProperty("nextPageToken", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/cache?limit=0", "limit")]
    [InlineData("/cache?limit=1001", "limit")]
    [InlineData("/cache?limit=many", "limit")]
    [InlineData("/cache?next_page_token=-1", "next_page_token")]
    public async Task A_wrong_page_is_refused_with_the_parameter_and_the_rule(string path, string field)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.GetAsync(path);

        (answer.Status, answer.Text("/error"), answer.Text("/field")).ShouldBe((400, "invalid_request", field));
        answer.Text("/expected")!.ShouldStartWith("a whole number from");
    }

    [Fact]
    public async Task The_plan_is_what_the_next_request_does_and_the_victim_says_for_whom()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 2, Eviction = "lru" });
        await Use(server, "sentiment");
        await Use(server, "spam");

        var plan = await server.PostAsync("/cache/plan", """{"model": "language_id"}""");
        (plan.Status, plan.Text("/outcome"), plan.At("/fits").GetBoolean()).ShouldBe((200, "evicts", true));
        plan.At("/neededBytes").GetInt64().ShouldBeGreaterThan(0);
        (await server.LoadedAsync()).ShouldBe(["sentiment", "spam"]);
        await Use(server, "language_id");

        plan.Text("/evictions/0/model").ShouldBe("sentiment");
        (await server.LoadedAsync()).ShouldBe(["language_id", "spam"]);
        var why = await server.GetAsync("/cache/models/sentiment");
        why.Text("/versions/0/cause").ShouldBe("evicted");
        why.Text("/versions/0/lastDeparture/for").ShouldBe("language_id:1");
        why.Text("/versions/0/why")!.ShouldContain("evicted");
        why.At("/versions/0/lastLoad/bytes").GetInt64().ShouldBe(plan.At("/evictions/0/bytes").GetInt64());
        (await server.PostAsync("/cache/plan", """{"model": "sentiment"}""")).At("/loadMilliseconds").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_explanation_is_of_all_versions_or_of_one_and_knows_near_names()
    {
        await using var server = await RunningServer.StartAsync();

        var one = await server.GetAsync("/cache/models/spam?version=1");
        one.At("/versions").GetArrayLength().ShouldBe(1);
        one.Text("/versions/0/cause").ShouldBe("never_asked");
        one.At("/versions/0/expectedBytes").GetInt64().ShouldBeGreaterThan(0);

        var wrongVersion = await server.GetAsync("/cache/models/spam?version=9");
        (wrongVersion.Status, wrongVersion.Text("/expected")).ShouldBe((404, "version 1"));
        var wrongName = await server.GetAsync("/cache/models/spamm");
        (wrongName.Status, wrongName.Text("/error"), wrongName.Text("/suggestions/0")).ShouldBe((404, "model_not_found", "spam"));
    }

    [Fact]
    public async Task A_lease_keeps_its_model_until_it_is_released()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 2, Eviction = "lru" });
        var lease = await server.PostAsync("/cache/leases", """{"model": "spam", "ttl": "5m"}""");
        lease.Status.ShouldBe(201);
        lease.Headers.Location!.ToString().ShouldBe($"/cache/leases/{lease.Text("/id")}");
        lease.At("/ttlSeconds").GetInt32().ShouldBe(300);
        foreach (var model in new[] { "sentiment", "language_id" }) await Use(server, model);
        (await server.LoadedAsync()).ShouldBe(["language_id", "spam"]);
        (await server.GetAsync("/cache/leases")).Text("/leases/0/id").ShouldBe(lease.Text("/id"));
        (await server.GetAsync("/cache")).At("/counts/clientLeases").GetInt32().ShouldBe(1);

        var at = lease.Headers.Location.ToString();
        (await Put(server, at, """{"ttl": 60}""")).At("/ttlSeconds").GetInt32().ShouldBe(60);
        (await server.GetAsync(at)).Text("/version").ShouldBe("1");
        (await server.DeleteAsync(at)).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(204), answer => answer.Body.ShouldBeEmpty());

        (await server.DeleteAsync(at)).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(404), answer => answer.Text("/error").ShouldBe("lease_not_found"));
        (await Put(server, at, """{"ttl": 60}""")).Status.ShouldBe(404);
        (await server.GetAsync(at)).Text("/field").ShouldBe("id");
        foreach (var model in new[] { "sentiment", "language_id" }) await Use(server, model);
        (await server.LoadedAsync()).ShouldBe(["language_id", "sentiment"]);
    }

    [Fact]
    public async Task Deleting_a_leased_model_waits_for_no_lease()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.PostAsync("/cache/leases", """{"model": "spam", "ttl": "1h"}""")).Status.ShouldBe(201);

        (await server.DeleteAsync("/models/spam")).Status.ShouldBe(200);

        (await server.GetAsync("/cache/leases")).At("/leases").GetArrayLength().ShouldBe(0);
        server.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task The_end_of_the_server_waits_for_no_lease()
    {
        var server = await RunningServer.StartAsync();
        var cache = server.Cache;
        (await server.PostAsync("/cache/leases", """{"model": "spam", "ttl": "1h"}""")).Status.ShouldBe(201);

        await server.DisposeAsync();

        cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Theory]
    [InlineData("/cache/leases", """{"ttl": "5m"}""", "model")]
    [InlineData("/cache/leases", """{"model": 7, "ttl": "5m"}""", "model")]
    [InlineData("/cache/leases", """{"model": "spam"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": true}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "soon"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": 0}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "-5m"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "0.0000001s"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "999ms"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "61m"}""", "ttl")]
    [InlineData("/cache/leases", """{"model": "spam", "ttl": "5m", "for": "me"}""", "for")]
    [InlineData("/cache/leases", """["spam"]""", "body")]
    [InlineData("/cache/leases", "", "body")]
    [InlineData("/cache/plan", "{}", "model")]
    [InlineData("/cache/plan", """{"model": null}""", "model")]
    [InlineData("/cache/plan", """{"model": "spam", "version": []}""", "version")]
    [InlineData("/cache/plan", "{", "body")]
    public async Task What_is_wrong_is_told_with_the_key_and_the_rule(string path, string body, string field)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync(path, body);

        (answer.Status, answer.Text("/error"), answer.Text("/field")).ShouldBe((400, "invalid_request", field));
        answer.Text("/message")!.ShouldContain(field);
        answer.ShouldGiveNothingAway();
    }

    [Theory]
    [InlineData("/cache/plan", """{"model": "nobody"}""")]
    [InlineData("/cache/leases", """{"model": "nobody", "ttl": 1}""")]
    public async Task A_model_that_there_is_not_is_not_found(string path, string body)
    {
        await using var server = await RunningServer.StartAsync();

        (await server.PostAsync(path, body)).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(404), answer => answer.Text("/error").ShouldBe("model_not_found"));
    }

    [Fact]
    public async Task A_pin_keeps_a_model_and_is_taken_away_again()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 1, Eviction = "lru" });
        await Use(server, "spam");

        (await Put(server, "/cache/models/spam/pin", "")).At("/pinned").GetBoolean().ShouldBeTrue();
        (await server.GetAsync("/cache")).Text("/models/0/pinnedBy").ShouldBe("api");
        (await server.GetAsync("/cache/models/sentiment")).Text("/versions/0/cause").ShouldBe("kept_out_by_pins");
        (await server.PostAsync("/cache/plan", """{"model": "sentiment"}""")).Text("/outcome").ShouldBe("kept_out_by_pins");
        (await server.PredictAsync("sentiment", "good")).Status.ShouldBe(507);
        (await server.DeleteAsync("/cache/models/spam/pin")).At("/pinned").GetBoolean().ShouldBeFalse();

        await Use(server, "sentiment");
        (await Put(server, "/cache/models/nobody/pin", "")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("POST", "/cache", 405, "verb_not_allowed")]
    [InlineData("GET", "/cache/plan", 405, "verb_not_allowed")]
    [InlineData("GET", "/cache/nothing", 404, "route_not_found")]
    public async Task Errors_below_the_path_have_its_shape(string verb, string path, int status, string error)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));

        (answer.Status, answer.Text("/error")).ShouldBe((status, error));
    }

    [Fact]
    public async Task Thousands_of_questions_while_models_come_and_go_are_all_answered()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 1 });
        var churn = Task.Run(async () =>
        {
            foreach (var model in Enumerable.Repeat(new[] { "spam", "sentiment", "language_id" }, 20).SelectMany(names => names)) await Use(server, model);
        });

        while (!churn.IsCompleted)
        {
            foreach (var path in new[] { "/cache", "/cache/models/spam", "/cache/leases" }) (await server.GetAsync(path)).Status.ShouldBe(200);
            (await server.PostAsync("/cache/plan", """{"model": "sentiment"}""")).Status.ShouldBe(200);
        }

        await churn;
        (await server.GetAsync("/cache")).At("/models/0/state").GetString().ShouldBe(nameof(ModelState.Ready));
    }

    private static async Task Use(RunningServer server, string model) => (await server.PredictAsync(model, "Hello there, my friend")).Status.ShouldBe(200);

    private static Task<Answer> Put(RunningServer server, string path, string body) =>
        server.SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    private static IEnumerable<string?> Models(Answer report) => report.At("/models").EnumerateArray().Select(model => model.GetProperty("model").GetString());
}
