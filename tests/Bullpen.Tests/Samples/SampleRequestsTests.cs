using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Tests.Samples;

/// <summary>Every request of samples/requests against the real models, over HTTP.</summary>
public sealed class SampleRequestsTests
{
    public static TheoryData<string> Files => new(
        Directory.GetFiles(Checkout.At("samples", "requests"), "*.http").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_request_is_answered_as_its_comment_says(string file)
    {
        await using var server = await RunningServer.StartAsync();
        var failures = new List<string>();
        var requests = HttpFileRequest.Read(Checkout.At("samples", "requests", file));
        requests.Count.ShouldBeGreaterThan(5);

        foreach (var request in requests)
        {
            var answer = await server.SendAsync(request.ToMessage());
            if (request.Expected.FaultOf(answer.Status, answer.Body) is { } fault) failures.Add($"{request.Title}: {fault}");
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_room_for_two_the_least_recently_used_goes()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxModels = 2, Eviction = LruEvictionPolicy.PolicyName });
        var residents = new List<string>();
        foreach (var model in new[] { "sentiment", "spam", "language_id", "sentiment" })
        {
            (await server.PredictAsync(model, "Hello there, my friend")).Status.ShouldBe(200);
            residents.Add(string.Join(' ', await server.LoadedAsync()));
        }

        residents.ShouldBe(["sentiment", "sentiment spam", "language_id spam", "language_id sentiment"]);
    }
}
