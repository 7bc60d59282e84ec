using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Options;
using Bullpen.Telemetry;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.Operations;

/// <summary>
/// Every endpoint of the built server, of every protocol that there is or will be: each is exactly one operation, and none
/// is answered past the policy.
/// </summary>
public sealed class EndpointOperationsTests
{
    public static TheoryData<string> Servers => ["mms", "torchserve", "external", "two addresses"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Every_endpoint_declares_exactly_one_operation(string kind)
    {
        await using var server = await StartAsync(kind);

        server.Endpoints.Count.ShouldBeGreaterThan(20);
        foreach (var endpoint in server.Endpoints)
        {
            endpoint.ShouldBeOfType<RouteEndpoint>(endpoint.DisplayName);
            endpoint.Metadata.GetOrderedMetadata<Metered>().Count.ShouldBe(1, $"{endpoint.DisplayName} must carry one Metered: WithMetadata(new Metered(protocol, Operation.…))");
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_the_policy_refuses_every_endpoint_answers_with_its_protocols_error_and_nothing_else(string kind)
    {
        var policy = new RefusingPolicy();
        await using var server = await StartAsync(kind, services => services.AddSingleton<IOperationPolicy>(policy));
        var maps = server.Services.GetRequiredService<ErrorMaps>();

        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var verb in EndpointPaths.VerbsOf(endpoint))
            {
                var said = $"{verb} {EndpointPaths.Of(endpoint)}";
                policy.Asked.Clear();
                var answer = await server.SendAsync(new HttpRequestMessage(new HttpMethod(verb), EndpointPaths.Of(endpoint)));

                var asked = policy.Asked.ShouldHaveSingleItem($"{said} was answered {answer.Status} without asking the policy once");
                asked.Endpoint.ShouldBeOfType<RouteEndpoint>().DisplayName.ShouldBe(endpoint.DisplayName, $"{said} leads to another endpoint");
                asked.Operation.ShouldBe(endpoint.Metadata.GetMetadata<Metered>()!.Operation, said);
                var map = maps.For(ContextOf(endpoint));
                answer.Status.ShouldBe(map.StatusOf(ServingErrorKind.NotAllowed), said);
                if (verb != "HEAD") answer.Body.ShouldBe(await BodyOfAsync(map), said);
            }
        }
    }

    [Fact]
    public async Task An_endpoint_that_declares_nothing_is_refused()
    {
        await using var server = await RunningServer.StartAsync(Checkout.At("samples", "models"), map: routes => routes.MapGet("/forgotten", () => "secret"));

        var answer = await server.GetAsync("/forgotten");

        (answer.Status, answer.Text("/type")).ShouldBe((403, "AccessDeniedException"));
        answer.Body.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("/models")]
    [InlineData("/cache/leases")]
    public async Task A_body_without_data_for_a_model_is_limited_whatever_max_body_says(string path)
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxBody = 1L << 30 });

        var answer = await server.PostAsync(path, new byte[RequestLimits.MaxOrder + 1], type: null);

        answer.Status.ShouldBe(413);
        answer.Body.ShouldContain($"the limit of {RequestLimits.MaxOrder} bytes of a request without data for a model");
    }

    [Fact]
    public async Task Data_for_a_model_is_limited_by_max_body()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxBody = 1000 });

        var answer = await server.PostAsync("/predictions/india", new string(' ', 1001));

        answer.Status.ShouldBe(413);
        answer.Body.ShouldContain("1000 bytes (--max-body)");
    }

    [Fact]
    public async Task An_address_or_headers_over_the_limit_are_refused_and_the_server_lives_on()
    {
        await using var server = await RunningServer.StartAsync();
        var many = new HttpRequestMessage(HttpMethod.Get, "/ping");
        for (var i = 0; i <= RequestLimits.MaxHeaders; i++) many.Headers.Add($"x-{i}", "1");
        var large = new HttpRequestMessage(HttpMethod.Get, "/ping");
        large.Headers.Add("x-large", new string('x', RequestLimits.MaxHeaderBytes));

        (await server.GetAsync("/ping?" + new string('x', RequestLimits.MaxRequestLine))).Status.ShouldBe(414);
        (await server.SendAsync(many)).Status.ShouldBe(431);
        (await server.SendAsync(large)).Status.ShouldBe(431);
        (await server.GetAsync("/ping")).Status.ShouldBe(200);
    }

    private static Task<RunningServer> StartAsync(string kind, Action<IServiceCollection>? replace = null) =>
        RunningServer.StartAsync(Checkout.At("samples", "models"), options => Change(options, kind), replace);

    private static ServeOptions Change(ServeOptions options, string kind) => kind switch
    {
        "torchserve" => options with { Dialect = "torchserve" },
        "external" => options with { Lifecycle = "external" },
        "two addresses" => options with { ManagementUrls = "http://127.0.0.2:0" },
        _ => options,
    };

    private static DefaultHttpContext ContextOf(RouteEndpoint endpoint)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = EndpointPaths.Of(endpoint);
        context.SetEndpoint(endpoint);
        return context;
    }

    private static async Task<string> BodyOfAsync(ErrorMap map)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await map.WriteAsync(context, new ServingException(ServingErrorKind.NotAllowed, RefusingPolicy.Message));
        using var json = JsonDocument.Parse(body.ToArray());
        return json.RootElement.GetRawText();
    }
}
