using Bullpen.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.Operations;

public sealed class HeldBodiesTests
{
    private const int Large = 1 << 20;

    [Theory]
    [InlineData("/predictions/india")]
    [InlineData("/v2/models/india/infer")]
    public async Task A_body_for_which_there_is_no_room_is_told_to_come_again(string route)
    {
        var bodies = new HeldBodies(Large / 2, TimeProvider.System);
        await using var server = await StartAsync(bodies);

        var answer = await server.PostAsync(route, new string(' ', Large));

        answer.Status.ShouldBe(503, answer.Body);
        answer.Body.ShouldContain($"come to {Large / 2} bytes, which is the limit");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await server.PostAsync("/predictions/india", """{"action":{"0":1},"david":{"0":1}}""")).Status.ShouldBe(200, "a small one is not counted");
    }

    [Fact]
    public async Task The_values_of_a_document_are_counted_besides()
    {
        var bodies = new HeldBodies(2 * Large, TimeProvider.System);
        await using var server = await StartAsync(bodies);

        (await server.PostAsync("/predictions/india", "[" + new string(' ', Large) + "]")).Status.ShouldBe(400);
        (await server.PostAsync("/predictions/india", "[1" + string.Concat(Enumerable.Repeat(",1", Large / 2)) + "]")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task What_was_held_comes_back_however_the_request_ends()
    {
        var bodies = new HeldBodies(3 * Large, TimeProvider.System);
        await using var server = await StartAsync(bodies);
        for (var round = 0; round < 5; round++)
        {
            (await server.PostAsync("/predictions/india", "{\"action\":{\"0\":1},\"david\":{\"0\":1}}" + new string(' ', Large))).Status.ShouldBe(200);
            (await server.PostAsync("/predictions/india", new string('[', Large))).Status.ShouldBe(400);
            (await server.PostAsync("/predictions/india", new string(' ', 4 * Large))).Status.ShouldBe(503);
        }
    }

    private static Task<RunningServer> StartAsync(HeldBodies bodies) =>
        RunningServer.StartAsync(TestKit.Checkout.At("samples", "models"), replace: services => services.AddSingleton(bodies));
}
