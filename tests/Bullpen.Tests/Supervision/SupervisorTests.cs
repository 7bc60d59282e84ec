using System.Runtime.InteropServices;
using Bullpen.Supervision;

namespace Bullpen.Tests.Supervision;

/// <summary>The supervisor's rules, with servers that end as told and a clock that stands still.</summary>
public sealed class SupervisorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private readonly FakeLauncher _launcher = new();
    private readonly HeldClock _clock = new();
    private readonly StringWriter _log = new();
    private readonly Supervisor _supervisor;

    public SupervisorTests()
    {
        var policy = new RetryPolicy { TryAgain = 75, Limit = TimeSpan.FromSeconds(3), FirstDelay = First, LongestDelay = TimeSpan.FromSeconds(8) };
        _supervisor = new Supervisor(_launcher, policy, _clock, _log);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(78)]
    [InlineData(137)]
    [InlineData(139)]
    public async Task Any_end_but_try_again_is_the_end_with_the_same_code(int code)
    {
        var ended = _supervisor.RunAsync();
        (await _launcher.NextAsync()).End(code);

        (await ended.WaitAsync(Patience)).ShouldBe(code);
        _launcher.Starts.ShouldBe(1);
        _log.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_start_that_may_succeed_later_is_tried_again_after_a_wait()
    {
        var ended = _supervisor.RunAsync();
        (await _launcher.NextAsync()).End(75);
        await _clock.SomebodyWaits(First).WaitAsync(Patience);
        _launcher.Starts.ShouldBe(1);

        _clock.Advance(First);

        (await _launcher.NextAsync()).End(0);
        (await ended.WaitAsync(Patience)).ShouldBe(0);
        _log.ToString().ShouldBe("bullpen: start 1 failed; trying again in 1s, for 3s in all.\n");
    }

    [Fact]
    public async Task When_the_time_is_over_it_gives_up_and_says_so()
    {
        var ended = _supervisor.RunAsync();
        (await _launcher.NextAsync()).End(75);
        await _clock.SomebodyWaits(First).WaitAsync(Patience);
        _clock.Advance(First);
        (await _launcher.NextAsync()).End(75);
        await _clock.SomebodyWaits(2 * First).WaitAsync(Patience);
        _clock.Advance(2 * First);
        (await _launcher.NextAsync()).End(75);

        (await ended.WaitAsync(Patience)).ShouldBe(75);
        _log.ToString().TrimEnd().Split('\n')[^1].ShouldStartWith("bullpen: gave up after 3 starts in 3s;");
    }

    [Fact]
    public async Task A_signal_while_it_waits_ends_it_at_once()
    {
        var ended = _supervisor.RunAsync();
        (await _launcher.NextAsync()).End(75);
        await _clock.SomebodyWaits(First).WaitAsync(Patience);

        _supervisor.Receive(PosixSignal.SIGTERM);

        (await ended.WaitAsync(Patience)).ShouldBe(143);
        _launcher.Starts.ShouldBe(1);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task Each_signal_reaches_the_server_as_often_as_it_came(PosixSignal signal)
    {
        var ended = _supervisor.RunAsync();
        var server = await _launcher.NextAsync();

        _supervisor.Receive(signal);
        _supervisor.Receive(signal);
        server.End(0);

        (await ended.WaitAsync(Patience)).ShouldBe(0);
        server.Signals.ShouldBe([signal, signal]);
    }

    [Fact]
    public async Task A_server_that_was_told_to_end_while_it_started_is_not_started_again()
    {
        var ended = _supervisor.RunAsync();
        var server = await _launcher.NextAsync();

        _supervisor.Receive(PosixSignal.SIGINT);
        server.End(75);

        (await ended.WaitAsync(Patience)).ShouldBe(130);
        _launcher.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task A_signal_before_the_first_start_prevents_it()
    {
        _supervisor.Receive(PosixSignal.SIGTERM);

        (await _supervisor.RunAsync().WaitAsync(Patience)).ShouldBe(143);
        _launcher.Starts.ShouldBe(0);
    }
}
