using Bullpen.Operations;
using Bullpen.Telemetry;
using Bullpen.Tests.Operations;
using Microsoft.AspNetCore.Routing;

namespace Bullpen.Tests.Hosting;

/// <summary>One address for inference, one for management: what answers where.</summary>
public sealed class ManagementAddressTests
{
    [Fact]
    public async Task Every_endpoint_that_registers_lists_or_deletes_answers_on_the_address_of_management_only()
    {
        await using var server = await StartWithTwoAsync();
        var managed = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<Metered>()?.Operation.Audience == Audience.Management).ToList();
        managed.Count.ShouldBeGreaterThan(8);

        foreach (var endpoint in managed)
        {
            var path = EndpointPaths.Of(endpoint);
            foreach (var method in EndpointPaths.VerbsOf(endpoint))
            {
                var answer = await RunningServer.SendAsync(server.Client, new HttpRequestMessage(new HttpMethod(method), path));
                answer.Status.ShouldBe(404, $"{method} {path}");
                if (method != "HEAD") answer.Body.ShouldContain("--management-urls", Case.Sensitive, $"{method} {path}");
            }
        }
    }

    [Theory]
    [InlineData("/models", 404, 200)]
    [InlineData("/models/india", 404, 200)]
    [InlineData("/cache", 404, 200)]
    [InlineData("/metrics", 404, 200)]
    [InlineData("/ping", 200, 200)]
    [InlineData("/health/ready", 200, 200)]
    [InlineData("/", 200, 200)]
    [InlineData("/no-such-route", 404, 404)]
    public async Task What_is_read_answers_where_it_is_for(string path, int onInference, int onManagement)
    {
        await using var server = await StartWithTwoAsync();

        (await Get(server.Client, path)).Status.ShouldBe(onInference);
        (await Get(server.Management, path)).Status.ShouldBe(onManagement);
    }

    [Fact]
    public async Task A_model_is_registered_on_one_address_and_run_on_the_other()
    {
        await using var server = await StartWithTwoAsync();

        var refused = await Post(server.Client, "/models?url=india&model_name=m", "");
        var registered = await Post(server.Management, "/models?url=india&model_name=m", "");
        var predicted = await Post(server.Client, "/predictions/m", """{"action":[1],"david":[1]}""");
        var elsewhere = await Post(server.Management, "/predictions/m", """{"action":[1],"david":[1]}""");

        refused.Status.ShouldBe(404);
        refused.Text("/type").ShouldBe("ResourceNotFoundException");
        registered.Status.ShouldBe(200, registered.Body);
        predicted.Body.ShouldBe("""{"predictions":[6]}""");
        elsewhere.Status.ShouldBe(404);
        elsewhere.Text("/message")!.ShouldContain("--urls");
    }

    private static Task<RunningServer> StartWithTwoAsync() =>
        RunningServer.StartAsync(options => options with { ManagementUrls = "http://127.0.0.2:0" });

    private static Task<Answer> Get(HttpClient client, string path) => RunningServer.SendAsync(client, new HttpRequestMessage(HttpMethod.Get, path));

    private static Task<Answer> Post(HttpClient client, string path, string body) =>
        RunningServer.SendAsync(client, new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json") });
}
