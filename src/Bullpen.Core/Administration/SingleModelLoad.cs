using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Loads the one model that a server is for, before anybody asks for it: as a request would, and again as long as that fails,
/// because its files, and the room for it, may come.
/// </summary>
public sealed class SingleModelLoad(ModelCatalog catalog, ModelManager models, ModelCache cache, TimeProvider time, ILogger<SingleModelLoad> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ModelAdmission _admission = new(models, cache);
    private volatile string? _failure;

    /// <summary>Why the latest try failed; null before the first one ended, and once the model was loaded.</summary>
    public string? Failure => _failure;

    /// <summary>Loads the model; returns when it was loaded, or is not registered any more.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        while (catalog.Find(name) is { } model)
        {
            TimeSpan pause;
            try
            {
                await _admission.LoadAsync(model.Default, cancellationToken);
                break;
            }
            catch (ServingException e)
            {
                // A load that failed was logged as any other; what it waits for is said once.
                if (e.Message != _failure && models.StatusOf(model.Default).State != ModelState.Failed) log.PreloadFailed(model.Default.Id, e.Message);
                _failure = e.Message;
                pause = e.RetryAfter ?? Pause;
            }

            await Task.Delay(pause < Pause ? Pause : pause, time, cancellationToken);
        }

        _failure = null;
    }
}
