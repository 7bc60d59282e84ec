using Bullpen.Core.Access;
using Bullpen.Core.Repository;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Tests.Access;

public sealed class AccessLogTests : IDisposable
{
    private const string Line = "2026-01-01T00:00:00.000Z a:1 miss 1.500 100 1.25\n";

    private static readonly AccessRecord Record = new(
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new ModelId("a", "1"), AccessOutcome.Miss,
        TimeSpan.FromMilliseconds(1.5), 100, TimeSpan.FromMilliseconds(1.25));

    private readonly TempFolder _folder = new();
    private readonly LogList _log = new();

    private string File => _folder.At("logs/access.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_record_is_a_line_below_a_header_and_can_be_read_again()
    {
        await Write(1);

        System.IO.File.ReadAllText(File).ShouldBe(AccessLine.Header + "\n" + Line);
        AccessLine.Read(Line.TrimEnd(), out var read).ShouldBeNull();
        read.ShouldBe(Record);
    }

    [Fact]
    public async Task A_second_run_goes_on_below_and_takes_away_what_a_kill_left_of_a_line()
    {
        _folder.Write("logs/access.log", $"# header\n{Line}2026-01-0");

        await Write(1);

        System.IO.File.ReadAllText(File).ShouldBe($"# header\n{Line}{Line}");
    }

    [Fact]
    public async Task At_its_limit_the_file_is_kept_once_and_begun_anew()
    {
        for (var i = 0; i < 10; i++) await Write(5, maxBytes: 500);

        new FileInfo(File).Length.ShouldBeLessThanOrEqualTo(500);
        new FileInfo(File + ".1").Length.ShouldBeLessThanOrEqualTo(500);
        Directory.GetFiles(_folder.At("logs")).Length.ShouldBe(2);
        System.IO.File.ReadLines(File).First().ShouldBe(AccessLine.Header);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("moved")]
    [InlineData("truncated")]
    public async Task A_file_that_somebody_took_away_is_begun_anew(string how)
    {
        var time = new ManualTimeProvider();
        await using var log = new AccessLog(new AccessLogOptions(File), time, _log);
        log.Record(Record);
        await Holds(AccessLine.Header + "\n" + Line);
        if (how == "deleted") System.IO.File.Delete(File);
        else if (how == "moved") System.IO.File.Move(File, File + ".old");
        else System.IO.File.WriteAllText(File, "");

        time.Advance(TimeSpan.FromSeconds(2));
        log.Record(Record);

        await Holds(AccessLine.Header + "\n" + Line);
        if (how == "moved") System.IO.File.ReadAllText(File + ".old").ShouldBe(AccessLine.Header + "\n" + Line);
    }

    [Fact]
    public async Task A_folder_that_is_made_for_it_is_said_once()
    {
        for (var i = 0; i < 2; i++) await Write(1);

        _log.Lines.ShouldHaveSingleItem().ShouldEndWith("was not there, and is made");
    }

    [Fact]
    public async Task A_disk_that_refuses_is_logged_once_and_costs_records_only()
    {
        _folder.Write("logs", "a file where a folder is needed");
        await using (var log = Open())
        {
            for (var i = 0; i < 50; i++) log.Record(Record);
            await _log.ALineWasLogged();
            for (var i = 0; i < 50; i++) log.Record(Record);
            await log.DisposeAsync();
            log.Lost.ShouldBe(100);
        }

        _log.Lines.ShouldHaveSingleItem().ShouldContain("cannot be written");
    }

    [Fact]
    public async Task What_comes_faster_than_it_can_be_taken_is_lost_and_counted()
    {
        var log = Open(capacity: 10);
        await log.DisposeAsync();

        for (var i = 0; i < 30; i++) log.Record(Record);

        log.Lost.ShouldBe(30, "nobody takes records any more, and nobody waits");
    }

    [Theory]
    [InlineData(AccessOutcome.Hit)]
    [InlineData(AccessOutcome.Refused)]
    public void Every_outcome_can_be_read_again(AccessOutcome outcome)
    {
        AccessLine.Read(AccessLine.Of(Record with { Outcome = outcome }).TrimEnd(), out var read).ShouldBeNull();
        read.Outcome.ShouldBe(outcome);
    }

    /// <summary>Waits until the file holds that; the limit only turns a hang into a failure.</summary>
    private async Task Holds(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!limit.IsCancellationRequested && !(System.IO.File.Exists(File) && await System.IO.File.ReadAllTextAsync(File) == text)) await Task.Yield();
        (await System.IO.File.ReadAllTextAsync(File)).ShouldBe(text);
    }

    private async Task Write(int records, long maxBytes = 1 << 20)
    {
        await using var log = Open(maxBytes);
        for (var i = 0; i < records; i++) log.Record(Record);
    }

    private AccessLog Open(long maxBytes = 1 << 20, int capacity = 1000) => new(
        new AccessLogOptions(File) { MaxBytes = maxBytes, Capacity = capacity, LongestEnd = TimeSpan.FromSeconds(30) }, TimeProvider.System, _log);

    private sealed class LogList : ILogger<AccessLog>
    {
        private readonly TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines => _lines;

        public Task ALineWasLogged() => _logged.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _lines.Add(formatter(state, exception));
            _logged.TrySetResult();
        }
    }
}
