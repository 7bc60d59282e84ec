using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Models;

/// <summary>Runs the inputs of a manifest's <c>warmup</c> through a model that is loaded and not yet called ready.</summary>
public interface IWarmUp
{
    /// <summary>Runs each input once, in order. Blocking.</summary>
    /// <exception cref="ServingException">One of them failed; the message says which.</exception>
    /// <exception cref="OperationCanceledException">The server is shutting down.</exception>
    void Run(ModelDescription model, ModelScheduler scheduler, CancellationToken cancellationToken);
}
