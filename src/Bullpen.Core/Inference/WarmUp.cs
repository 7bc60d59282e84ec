using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Inference;

/// <summary>Warm-up by the path that requests take: bound, checked and run in a turn of the server, the outputs thrown away.</summary>
public sealed class WarmUp(InputBinder binder) : IWarmUp
{
    /// <inheritdoc/>
    public void Run(ModelDescription model, ModelScheduler scheduler, CancellationToken cancellationToken)
    {
        var (inputs, most) = (model.Definition.Manifest.WarmUp, model.Definition.Manifest.MaxBatchSize ?? 0);
        for (var at = 0; at < inputs.Count; at++)
        {
            var payload = new JsonPayload(inputs[at]);
            try
            {
                // Its caller is the load's own thread, which has nothing else to do.
                scheduler.RunAsync(
                    (session, token) => InferenceService.Run(binder, model, payload, session, most, token),
                    cancellationToken,
                    cancellationToken,
                    RequestPriority.WarmUp).GetAwaiter().GetResult();
            }
            catch (ServingException e)
            {
                throw Failed(model, at + 1, inputs.Count, e);
            }
        }
    }

    /// <summary>The model's fault, not that of the request which has it loaded: of that one no field is named.</summary>
    private static ServingException Failed(ModelDescription model, int number, int count, ServingException cause) =>
        new(
            cause.Kind is ServingErrorKind.ExecutionFailed or ServingErrorKind.Overloaded ? ServingErrorKind.ModelLoadFailed : ServingErrorKind.InvalidModel,
            $"Model {model.Name}: warm-up {number} of {count} of its model.json (\"warmup\") failed. {cause.Message}",
            cause)
        {
            Model = model.Name,
        };
}
