using Bullpen.Core.Inputs;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Inference;

/// <summary>The only path by which models are run: resolve, lease, bind, check, run. Protocols translate to it and from it.</summary>
public sealed class InferenceService(ModelCatalog catalog, ModelManager models, InputBinder binder)
{
    /// <summary>Runs a model, loading it first where it is not in memory.</summary>
    /// <exception cref="ServingException">Whatever is wrong with the model, the data, or the moment.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<InferenceResponse> InferAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        var definition = catalog.Resolve(request.Model, request.Version);
        using var lease = await models.LeaseAsync(definition, cancellationToken);
        var session = lease.Model.Session;
        var description = new ModelDescription(definition, session.Signature);
        var inputs = binder.Bind(request.Payload, description);
        InputValidator.Validate(description, inputs.Tensors);
        var names = inputs.OpenInference?.OutputNames(description) ?? description.OutputNames;
        var outputs = await lease.Model.Scheduler.RunAsync(inputs.Tensors, names, cancellationToken);
        return new InferenceResponse(description, inputs, outputs);
    }
}
