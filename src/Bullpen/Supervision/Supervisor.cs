using System.Runtime.InteropServices;
using Bullpen.Core;

namespace Bullpen.Supervision;

/// <summary>
/// Keeps trying to start the server while its address is taken, then stays beside it, passes signals on, and ends as it ends.
/// <para>
/// Starting → Running → Ended, or Running → Waiting → Starting while the exit code says try again and the policy allows it.
/// A signal while it waits ends it at once; one that was passed on forbids every further start. A server that was ready has
/// another exit code, so its end is the end: whoever runs the container decides about a restart.
/// </para>
/// </summary>
internal sealed class Supervisor(IServerLauncher launcher, RetryPolicy policy, TimeProvider time, TextWriter log)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<PosixSignal> _firstSignal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IServerRun? _running;

    /// <summary>Runs until the server has ended for good, or a signal came while there was none.</summary>
    /// <returns>The exit code: the server's, or 128 and the number of the signal.</returns>
    internal async Task<int> RunAsync()
    {
        var begin = time.GetTimestamp();
        for (var starts = 1; ; starts++)
        {
            if (Start() is not { } run) return CodeOfSignal();
            var code = await run.Exited;
            lock (_gate) _running = null;

            if (code != policy.TryAgain) return code;
            if (_firstSignal.Task.IsCompleted) return CodeOfSignal();
            if (policy.DelayAfter(starts, time.GetElapsedTime(begin)) is not { } delay)
            {
                await log.WriteLineAsync($"bullpen: gave up after {starts} starts in {Duration.Show(Rounded(time.GetElapsedTime(begin)))}; the line above says what is in the way.");
                return code;
            }

            await log.WriteLineAsync($"bullpen: start {starts} failed; trying again in {Duration.Show(Rounded(delay))}, for {Duration.Show(policy.Limit)} in all.");
            await WaitAsync(delay);
        }
    }

    /// <summary>A signal came: the server gets it; without one, nothing is started any more.</summary>
    internal void Receive(PosixSignal signal)
    {
        lock (_gate)
        {
            _firstSignal.TrySetResult(signal);
            _running?.Send(signal);
        }
    }

    /// <summary>Null where a signal came first. Under the lock, so that none falls between the look and the start.</summary>
    private IServerRun? Start()
    {
        lock (_gate) return _firstSignal.Task.IsCompleted ? null : _running = launcher.Start();
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(delay, time, enough.Token), _firstSignal.Task);
        await enough.CancelAsync();
    }

    private int CodeOfSignal() => SignalNumber.ExitCode(SignalNumber.Of(_firstSignal.Task.Result));

    private static TimeSpan Rounded(TimeSpan duration) => duration < TimeSpan.FromSeconds(10)
        ? TimeSpan.FromMilliseconds(Math.Round(duration.TotalMilliseconds))
        : TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds));
}
