using Bullpen.Core.Inputs;
using Bullpen.Core.Models;
using Bullpen.Core.Outputs;
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
        var model = lease.Model.Description;
        return await lease.Model.Scheduler.RunAsync(
            (session, token) =>
            {
                var inputs = binder.Bind(request.Payload, model);
                InputValidator.Validate(model, inputs.Tensors);
                var outputs = session.Run(inputs.Tensors, WantedOutputs(model, inputs), token);
                return new InferenceResponse(model, inputs, outputs);
            },
            cancellationToken);
    }

    private static IReadOnlyList<string> WantedOutputs(ModelDescription model, BoundInputs inputs) =>
        inputs.OpenInference is { Outputs.Count: > 0 } request
            ? OutputSelection.Of(model, [.. request.Outputs.Select(output => output.Name)])
            : model.Signature.OutputNames;
}
