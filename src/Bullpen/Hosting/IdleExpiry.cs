using Bullpen.Core.Models;

namespace Bullpen.Hosting;

/// <summary>Has models that were idle for too long unloaded, to the second: <c>--idle-ttl</c>, <c>idleTtl</c>, <c>keep_alive</c>.</summary>
internal sealed class IdleExpiry(ModelManager models, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) models.ExpireIdle();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends, and all models with it.
        }
    }
}
