using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Options;

namespace Bullpen.Hosting;

/// <summary>Has the repository looked at again every <c>--watch</c>; less often where a look takes more than a tenth of that.</summary>
internal sealed class RepositoryWatcher(RepositoryWatch watch, ServeOptions options, TimeProvider time, ILogger<RepositoryWatcher> log)
    : BackgroundService
{
    /// <summary>How many times longer than the last look the pause after it is: watching costs a tenth of a core at most.</summary>
    private const int LeastPause = 9;

    private string? _lastFault;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Watch is not { } interval) return;
        var pause = interval;
        while (true)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken);
                var started = time.GetTimestamp();
                await LookAsync(stoppingToken);
                pause = Max(interval, time.GetElapsedTime(started) * LeastPause);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Whatever a look meets that outlives the server is about a server that is being taken apart.
                return;
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await watch.LookAsync(stoppingToken);
            _lastFault = null;
        }
        catch (ServingException e) when (!stoppingToken.IsCancellationRequested)
        {
            // Said once, not every two seconds.
            if (_lastFault != e.Message) log.CannotWatch(e.Message);
            _lastFault = e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            if (_lastFault != e.Message) log.WatchCrashed(e);
            _lastFault = e.Message;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
