using System.Net;
using Bullpen.Core;
using Bullpen.Operations;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Operations;

public sealed class BrowserRuleTests
{
    private static readonly BrowserRule Rule = new(["https://console.example.org"], ["box"]);

    [Theory]
    [InlineData("POST", "127.0.0.1:8080", null, true)]
    [InlineData("POST", "[::1]:8080", null, true)]
    [InlineData("POST", "localhost:8080", null, true)]
    [InlineData("POST", "box:8080", null, true)]
    [InlineData("POST", "console.example.org", null, true)]
    [InlineData("GET", "evil.example:8080", null, false)]
    [InlineData("POST", "localhost.evil.example:8080", null, false)]
    [InlineData("POST", "", null, true)]
    [InlineData("GET", "host.docker.internal:8080", null, true)]
    [InlineData("GET", "internal.example:8080", null, false)]
    [InlineData("POST", "127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    [InlineData("DELETE", "localhost:8080", "http://localhost:8080", true)]
    [InlineData("DELETE", "LOCALHOST:8080", "http://localhost:8080", true)]
    [InlineData("DELETE", "localhost:8080", "http://localhost:3000", false)]
    [InlineData("PUT", "localhost:8080", "http://127.0.0.1:8080", false)]
    [InlineData("PUT", "localhost:8080", "null", false)]
    [InlineData("POST", "localhost:8080", "https://evil.example", false)]
    [InlineData("POST", "localhost:8080", "https://console.example.org", true)]
    [InlineData("POST", "localhost:8080", "https://console.example.org.evil.example", false)]
    [InlineData("GET", "localhost:8080", "https://evil.example", true)]
    public void On_a_loopback_address_names_and_pages_of_others_are_refused(string method, string host, string? origin, bool isAllowed) =>
        Judge(method, host, origin, IPAddress.Loopback).ShouldBe(isAllowed);

    [Theory]
    [InlineData("POST", "models.internal:8081", null, true)]
    [InlineData("GET", "models.internal:8081", null, true)]
    [InlineData("DELETE", "10.0.0.7:8081", "http://10.0.0.7:8081", true)]
    [InlineData("DELETE", "evil.example:8081", "http://evil.example:8081", false)]
    [InlineData("POST", "models.internal:8081", "https://console.example.org", true)]
    public void Elsewhere_programs_may_use_any_name_and_pages_only_an_address_or_one_that_is_allowed(string method, string host, string? origin, bool isAllowed) =>
        Judge(method, host, origin, IPAddress.Parse("10.0.0.7")).ShouldBe(isAllowed);

    [Fact]
    public void A_page_of_others_that_hides_its_origin_is_refused_by_what_the_browser_says_of_it()
    {
        var context = Request("POST", "localhost:8080", null, IPAddress.Loopback);
        context.Request.Headers["Sec-Fetch-Site"] = "cross-site";

        Rule.Judge(context, Operation.ManageModels)!.Field.ShouldBe("Sec-Fetch-Site");
    }

    [Fact]
    public void Who_only_runs_models_or_probes_is_left_alone()
    {
        var context = Request("POST", "evil.example:8080", "https://evil.example", IPAddress.Loopback);

        foreach (var operation in new[] { Operation.Infer, Operation.DescribeModel, Operation.Probe, Operation.ReadDocuments })
            Rule.Judge(context, operation).ShouldBeNull();
        foreach (var operation in new[] { Operation.ManageModels, Operation.ListModels, Operation.ReadCache, Operation.ManageCache, Operation.ReadMetrics })
            Rule.Judge(context, operation)!.Kind.ShouldBe(ServingErrorKind.NotAllowed);
    }

    [Theory]
    [InlineData("POST", "/models?url=india&model_name=m")]
    [InlineData("DELETE", "/models/india")]
    [InlineData("PUT", "/cache/models/india/pin")]
    public async Task Over_HTTP_a_page_of_others_changes_nothing(string method, string path)
    {
        await using var server = await RunningServer.StartAsync();
        var before = (await server.GetAsync("/models")).Body;
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://evil.example");

        var answer = await server.SendAsync(request);

        answer.Status.ShouldBe(403);
        answer.Body.ShouldContain("--allowed-origins");
        (await server.GetAsync("/models")).Body.ShouldBe(before);
    }

    [Theory]
    [InlineData("https", "start the server with --allowed-origins https://models.example.org, or have the proxy send its own Host.")]
    [InlineData(null, "start the server with --allowed-origins http://models.example.org, or have the proxy send its own Host.")]
    public async Task A_proxy_that_hands_its_name_on_is_told_the_option_to_start_with(string? scheme, string remedy)
    {
        await using var server = await RunningServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { Host = "models.example.org" } };
        if (scheme is not null) request.Headers.Add("X-Forwarded-Proto", scheme);

        var answer = await server.SendAsync(request);

        (answer.Status, answer.Text("/field"), answer.Text("/got")).ShouldBe((403, "Host", "models.example.org"));
        answer.Body.ShouldContain("is refused under a name that is not the server's own");
        answer.Body.ShouldContain(remedy);
        var option = remedy.Split(' ')[5].TrimEnd(',');
        await using var allowing = await RunningServer.StartAsync(options => options with { AllowedOrigins = option });
        var again = new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { Host = "models.example.org" } };
        (await allowing.SendAsync(again)).Status.ShouldBe(200);
    }

    [Fact]
    public void A_page_is_told_the_option_that_allows_it() =>
        Rule.Judge(Request("POST", "localhost:8080", "http://localhost:3000", IPAddress.Loopback), Operation.ManageModels)!.Message
            .ShouldEndWith("Where that page is to manage models, start the server with --allowed-origins http://localhost:3000.");

    private static bool Judge(string method, string host, string? origin, IPAddress local) =>
        Rule.Judge(Request(method, host, origin, local), Operation.ManageModels) is null;

    private static DefaultHttpContext Request(string method, string host, string? origin, IPAddress local)
    {
        var context = new DefaultHttpContext { Request = { Method = method, Host = new HostString(host) } };
        context.Connection.LocalIpAddress = local;
        if (origin is not null) context.Request.Headers.Origin = origin;
        return context;
    }
}
