using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Models;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Inference;

/// <summary>The only path by which models are run: resolve, lease, bind, check, run. Protocols translate to it and from it.</summary>
public sealed class InferenceService(ModelCatalog catalog, ModelManager models, InputBinder binder, ExecutionGate gate)
{
    /// <summary>Runs a model, loading it first where it is not in memory.</summary>
    /// <exception cref="ServingException">Whatever is wrong with the model, the data, or the moment.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<InferenceResponse> InferAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        var definition = catalog.Resolve(request.Model, request.Version);
        using var lease = await models.LeaseAsync(definition, cancellationToken);
        var model = lease.Model.Description;
        var inputs = await BindAsync(request.Payload, model, cancellationToken);
        var outputs = await lease.Model.Scheduler.RunAsync(inputs.Tensors, WantedOutputs(model, inputs), cancellationToken);
        return new InferenceResponse(model, inputs, outputs);
    }

    /// <summary>
    /// Binds in one of the server's turns: decoding a picture takes as much of a core, and more memory, than most runs, and
    /// no more than one per core may do it at once.
    /// </summary>
    private async Task<BoundInputs> BindAsync(InputPayload payload, ModelDescription model, CancellationToken cancellationToken)
    {
        await gate.EnterAsync(cancellationToken);
        try
        {
            var inputs = binder.Bind(payload, model);
            InputValidator.Validate(model, inputs.Tensors);
            return inputs;
        }
        finally
        {
            gate.Exit();
        }
    }

    private static IReadOnlyList<string> WantedOutputs(ModelDescription model, BoundInputs inputs) =>
        OutputSelection.Of(model, inputs.OpenInference is { } request ? [.. request.Outputs.Select(output => output.Name)] : []);
}
