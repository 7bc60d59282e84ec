using Bullpen.Core.Repository;
using Bullpen.Core.Simulation;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Simulation;

public sealed class AccessLogTraceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_reads_who_was_asked_for_when_with_the_sizes_that_were_measured_last()
    {
        var file = _folder.Write("access.log", """
            # a comment

            2026-01-01T00:00:01.000Z a:1 miss 5.100 100 5
            2026-01-01T00:00:03.500Z a:1 hit 0.000 120 4.5
            2026-01-01T00:00:02.000Z b:2 refused 1.000 0 0
            2026-01-01T00:00:02.500Z c:1 miss 8.000 300 7

            """);

        var trace = AccessLogTrace.Read(file, out var unknown, out _);

        unknown.ShouldBe(1);
        trace.Models.ShouldBe([
            new TraceModel(new ModelId("a", "1"), 120, TimeSpan.FromMilliseconds(4.5)),
            new TraceModel(new ModelId("c", "1"), 300, TimeSpan.FromMilliseconds(7)),
        ]);
        trace.Requests.ShouldBe([
            new TraceRequest(TimeSpan.Zero, 0),
            new TraceRequest(TimeSpan.FromSeconds(1.5), 1),
            new TraceRequest(TimeSpan.FromSeconds(2.5), 0),
        ]);
    }

    [Theory]
    [InlineData("hello", "1 fields; expected six fields: time model:version hit|miss|refused wait-ms bytes load-ms")]
    [InlineData("yesterday a:1 hit 0 1 1", "the time 'yesterday'; expected one such as")]
    [InlineData("2026-01-01T00:00:01.000Z a hit 0 1 1", "the model 'a'; expected name:version")]
    [InlineData("2026-01-01T00:00:01.000Z a:1 HIT 0 1 1", "'HIT'; expected hit, miss or refused")]
    [InlineData("2026-01-01T00:00:01.000Z a:1 hit -1 1 1", "the wait '-1'; expected milliseconds")]
    [InlineData("2026-01-01T00:00:01.000Z a:1 hit 0 1.5 1", "the size '1.5'; expected bytes")]
    [InlineData("2026-01-01T00:00:01.000Z a:1 hit 0 1 9999999999999999999", "the load time '9999999999999999999'; expected milliseconds")]
    public void A_wrong_line_is_named_with_its_file_its_number_and_what_was_expected(string line, string message)
    {
        var file = _folder.Write("access.log", $"# comment\n{line}\n");

        Should.Throw<TraceException>(() => AccessLogTrace.Read(file, out _, out _)).Message.ShouldStartWith($"{file}, line 2: {message}");
    }

    [Fact]
    public void A_last_line_that_a_crash_cut_is_left_out()
    {
        const string whole = "2026-01-01T00:00:01.000Z a:1 miss 5.100 100 5";

        AccessLogTrace.Read(_folder.Write("cut.log", $"{whole}\n2026-01-01T00:00:02.000Z a:1 h"), out _, out var isCut).Requests.Count.ShouldBe(1);
        isCut.ShouldBeTrue();
        AccessLogTrace.Read(_folder.Write("whole.log", $"{whole}\n{whole}"), out _, out isCut).Requests.Count.ShouldBe(2);
        isCut.ShouldBeFalse();
    }

    [Fact]
    public void A_log_without_a_size_is_no_trace() =>
        Should.Throw<TraceException>(() => AccessLogTrace.Read(_folder.Write("access.log", "# nothing\n"), out _, out _)).Message
            .ShouldContain("expected lines such as '1970-01-01T00:00:00.000Z sentiment:1 miss 3.400 2702512 3.3'");

    [Fact]
    public void A_file_that_is_not_there_cannot_be_read() =>
        Should.Throw<TraceException>(() => AccessLogTrace.Read(_folder.At("no.log"), out _, out _)).Message.ShouldContain("cannot be read");
}
