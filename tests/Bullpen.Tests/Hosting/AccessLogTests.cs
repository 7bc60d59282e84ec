using Bullpen.Core.Simulation;
using Bullpen.TestKit;

namespace Bullpen.Tests.Hosting;

/// <summary>What a server records is what the simulator replays.</summary>
public sealed class AccessLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_line_for_every_request_for_a_model_with_what_its_load_measured()
    {
        var file = _folder.At("logs/access.log");
        await using (var server = await RunningServer.StartAsync(options => options with { AccessLog = file }))
        {
            foreach (var model in new[] { "sentiment", "sentiment", "nosuch", "spam" }) await server.PredictAsync(model, "Win a free iPhone now!");
            await server.PredictAsync("sentiment", 3);
        }

        var lines = File.ReadAllLines(file);
        lines.Length.ShouldBe(1 + 4, "a name that is no model's is not recorded, a model that refuses its input was asked for");
        lines[1].ShouldMatch(@"Z sentiment:1 miss \d+\.\d{3} \d+ [\d.]+$");
        lines[2].ShouldMatch(@"Z sentiment:1 hit 0\.000 \d+ [\d.]+$");
        var trace = AccessLogTrace.Read(file, out var unknown, out _);
        unknown.ShouldBe(0);
        trace.Models.Select(model => model.Id.Name).ShouldBe(["sentiment", "spam"]);
        trace.Models.ShouldAllBe(model => model.Bytes > 1_000_000 && model.LoadTime > TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_request_for_a_model_that_does_not_fit_is_refused_and_recorded()
    {
        var file = _folder.At("access.log");
        await using (var server = await RunningServer.StartAsync(options => options with { AccessLog = file, Memory = 1000 }))
            await server.PredictAsync("sentiment", "good");

        File.ReadAllLines(file)[1].ShouldMatch(@"Z sentiment:1 refused \d+\.\d{3} 0 0$");
    }
}
