using Bullpen.Core.Administration;
using Bullpen.Options;

namespace Bullpen.Hosting;

/// <summary>Loads what <c>--preload</c> and manifests name, or the single model, while the server already answers: readiness does not wait for it.</summary>
internal sealed class Preloader(ModelPreload preload, SingleModelLoad single, ServeOptions options, ILogger<Preloader> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (SingleModel.NameOf(options) is { } name) await single.RunAsync(name, stoppingToken);
            else await preload.RunAsync(options.Preload, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // Requests load what was not preloaded.
            log.PreloadCrashed(e);
        }
    }
}
