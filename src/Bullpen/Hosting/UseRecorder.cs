using Bullpen.Core.Models;

namespace Bullpen.Hosting;

/// <summary>Has the last use of every model in memory recorded now and then, so that requests need not.</summary>
internal sealed class UseRecorder(ModelManager models, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) models.RecordUse();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends; each model records its last use when it is unloaded.
        }
    }
}
