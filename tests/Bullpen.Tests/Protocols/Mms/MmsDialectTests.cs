using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Protocols.Mms;

namespace Bullpen.Tests.Protocols.Mms;

/// <summary>What only a moment shows: each dialect's statuses for it.</summary>
public sealed class MmsDialectTests
{
    [Theory]
    [InlineData("mms", 200)]
    [InlineData("torchserve", 500)]
    public async Task While_the_server_shuts_down_the_ping_says_so_each_dialect_in_its_way(string dialect, int status)
    {
        await using var server = await RunningServer.StartAsync(options => options with { Dialect = dialect });
        server.BeginDrain();

        var answer = await server.GetAsync("/ping");

        (answer.Status, answer.Text("/status")).ShouldBe((status, "Unhealthy"));
    }

    [Fact]
    public void A_version_is_told_where_it_was_named()
    {
        var dialect = MmsDialect.Of("torchserve");

        dialect.Scaled(new ModelId("m", "3"), new WorkerRange(2, 4), hasNamedVersion: false).ShouldBe("Workers scaled to 2 for model: m");
        dialect.Scaled(new ModelId("m", "3"), new WorkerRange(2, 4), hasNamedVersion: true).ShouldBe("Workers scaled to 2 for model: m, version: 3");
    }

    [Fact]
    public void There_are_two() => Should.Throw<ArgumentOutOfRangeException>(() => MmsDialect.Of("triton"));
}
