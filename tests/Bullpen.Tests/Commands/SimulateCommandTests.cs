using Bullpen.TestKit;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_prints_a_table_for_each_budget_with_each_policy_and_the_bound()
    {
        var (exitCode, output) = Run("--trace", "zipf:1.0", "--models", "50", "--requests", "500", "--memory", "512MiB,1GiB");

        exitCode.ShouldBe(0, output);
        var lines = output.Split('\n');
        lines[0].ShouldStartWith("zipf:1.0: 500 requests in ");
        foreach (var row in new[] { "512 MiB ", "1 GiB " }) lines.Count(line => line.StartsWith(row, StringComparison.Ordinal)).ShouldBe(1);
        foreach (var row in new[] { "lru", "lfu", "gdsf", "density", "ttl", "fixed set", "bound" })
            lines.Count(line => line.StartsWith($"  {row} ", StringComparison.Ordinal)).ShouldBe(2, row);
    }

    [Fact]
    public void It_replays_what_a_server_recorded_as_CSV()
    {
        var log = _folder.Write("a,b.log", """
            # bullpen access log
            2026-01-01T00:00:00.000Z a:1 miss 1000.000 600 1000
            2026-01-01T00:00:10.000Z b:1 miss 2000.000 600 2000
            2026-01-01T00:00:20.000Z a:1 hit 0.000 600 1000
            2026-01-01T00:00:21.000Z c:1 refused 0.000 0 0

            """);

        var (exitCode, output) = Run("--trace", log, "--memory", "1000,2000", "--policy", "LRU", "--csv");

        exitCode.ShouldBe(0, output);
        output.ShouldContain($"1 requests in {log} are left out");
        var lines = output.Split('\n').Where(line => !line.StartsWith("bullpen:", StringComparison.Ordinal)).ToList();
        lines[0].ShouldBe(
            "trace,memory_bytes,policy,requests,hits,hit_ratio,loads,load_seconds,bound_seconds,fixed_set_seconds,wait_p50_seconds,wait_p99_seconds,evictions,reloads_within_a_minute,refused");
        lines[1..].ShouldBe([
            $"\"{log}\",1000,lru,3,0,0,3,4,3,3,1,2,2,1,0",
            $"\"{log}\",2000,lru,3,1,0.333333,2,3,3,3,1,2,0,0,0",
        ]);
    }

    [Theory]
    [InlineData("--trace nothing.log", "--trace: 'nothing.log' is neither a file nor zipf:S")]
    [InlineData("--trace zipf:1 --memory lots", "--memory: 'lots' is not a size such as 512MiB or 2GiB.")]
    [InlineData("--trace zipf:1 --policy lru,magic", "--policy: 'magic' is not a policy; there is lru, lfu, gdsf, density, ttl, or all.")]
    [InlineData("--trace zipf:1 --models 0", "--models: '0' is not a whole number from 1 to")]
    [InlineData("--trace zipf:1 --half-life soon", "--half-life: 'soon' is not a time")]
    public void What_is_wrong_is_one_line_and_exit_code_1(string arguments, string message)
    {
        var (exitCode, output) = Run(arguments.Split(' '));

        exitCode.ShouldBe(1);
        output.Split('\n').Length.ShouldBe(1, output);
        output.ShouldContain(message);
    }

    [Fact]
    public void Without_a_trace_it_says_so()
    {
        var (exitCode, output) = Run();

        exitCode.ShouldBe(2);
        output.ShouldContain("'--trace' is required. See 'bullpen simulate --help'.");
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var child = new ServerChild(null, ["simulate", .. arguments]);
        return (child.WaitForExit(), child.Output);
    }
}
