using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Models;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Inference;

/// <summary>The only path by which models are run: resolve, lease, bind, check, run. Protocols translate to it and from it.</summary>
/// <param name="catalog">Which models there are.</param>
/// <param name="models">Which are in memory.</param>
/// <param name="binder">From a request's data to tensors.</param>
/// <param name="statistics">Counts and times what is run.</param>
/// <param name="time">The clock of timeouts.</param>
/// <param name="accesses">Records who asks for which model; null: nobody does, and it costs nothing.</param>
public sealed class InferenceService(
    ModelCatalog catalog, ModelManager models, InputBinder binder, InferenceStatistics statistics, TimeProvider time, AccessRecorder? accesses = null)
{
    /// <summary>Runs a model, loading it first where it is not in memory.</summary>
    /// <exception cref="ServingException">Whatever is wrong with the model, the data, or the moment.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<InferenceResponse> InferAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        if (request.Timeout is not { } timeout) return await InferAsync(request, cancellationToken, cancellationToken);
        using var expiry = new CancellationTokenSource(timeout, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await InferAsync(request, waiting.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Expired(request.Model, timeout);
        }
    }

    /// <summary>What a model takes and gives, from the model itself, which is loaded for it where it is not in memory.</summary>
    /// <exception cref="ServingException">Whatever is wrong with the model or the moment.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ModelInterface> DescribeAsync(string name, string? version, CancellationToken cancellationToken)
    {
        using var lease = await LeaseAsync(name, version, cancellationToken);
        var model = lease.Model.Description;
        return new ModelInterface(model, InputKinds.Of(model), binder.ExampleOf(model))
        {
            Requests = new ExampleRequests(model, () => binder.ExampleTensorsOf(model)),
            MaxBatchSize = lease.Model.MaxBatchSize,
        };
    }

    /// <summary>One run, from a request's data to the outputs. To be called in the model's and the server's turn.</summary>
    /// <param name="binder">Makes tensors of the data.</param>
    /// <param name="model">The model.</param>
    /// <param name="payload">The data.</param>
    /// <param name="session">The model's session.</param>
    /// <param name="maxBatchSize">How many rows there may be, in a model that has rows; 0: as many as there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="timing">Told how far it has come.</param>
    internal static InferenceResponse Run(
        InputBinder binder, ModelDescription model, InputPayload payload, IModelSession session, int maxBatchSize, CancellationToken cancellationToken, InferenceTiming? timing = null)
    {
        timing?.Started();
        var inputs = binder.Bind(payload, model);
        InputValidator.Validate(model, inputs.Tensors, allowsEmpty: inputs.OpenInference is not null);
        if (maxBatchSize > 0) BatchAxis.RequireAtMost(maxBatchSize, model, inputs.Tensors);
        timing?.Bound();
        var wanted = WantedOutputs(model, inputs);
        var outputs = timing is null
            ? session.Run(inputs.Tensors, wanted, cancellationToken)
            : session.RunObserved(inputs.Tensors, wanted, timing, cancellationToken);
        timing?.Copied();
        return new InferenceResponse(model, inputs, outputs);
    }

    private async Task<InferenceResponse> InferAsync(InferenceRequest request, CancellationToken waiting, CancellationToken cancellationToken)
    {
        using var lease = await LeaseCountedAsync(request, waiting);
        if (request.KeepAlive is { } asked) lease.Model.KeepAlive = asked;
        var model = lease.Model.Description;
        var timing = statistics.Begin(model.Definition);
        try
        {
            var response = await lease.Model.Scheduler.RunAsync(
                (session, token) => Run(binder, model, request.Payload, session, lease.Model.MaxBatchSize, token, timing), waiting, cancellationToken, request.Priority);
            timing.Succeeded(response.Inputs.Rows ?? 1);
            return response;
        }
        catch
        {
            timing.Failed();
            throw;
        }
    }

    /// <summary>A lease for a run: who is refused one counts among the model's failures, where there is such a model.</summary>
    private async ValueTask<ModelLease> LeaseCountedAsync(InferenceRequest request, CancellationToken waiting)
    {
        var asked = time.GetTimestamp();
        try
        {
            return await LeaseAsync(request.Model, request.Version, waiting);
        }
        catch
        {
            var model = catalog.Find(request.Model);
            var definition = string.IsNullOrEmpty(request.Version) ? model?.Default : model?.Find(request.Version);
            if (definition is not null) statistics.Refused(definition, time.GetElapsedTime(asked));
            throw;
        }
    }

    private async ValueTask<ModelLease> LeaseAsync(string name, string? version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var definition = catalog.Resolve(name, version);
            try
            {
                return accesses is null
                    ? await models.LeaseAsync(definition, cancellationToken)
                    : await accesses.LeaseAsync(definition, cancellationToken);
            }
            catch (ServingException e) when (e.Kind == ServingErrorKind.ModelNotFound && !catalog.IsCurrent(definition))
            {
                // Replaced since it was resolved: its successor answers. Where it was deleted instead, resolving says so.
                continue;
            }
        }
    }

    private static ServingException Expired(string model, TimeSpan timeout) =>
        new(ServingErrorKind.Overloaded, $"Request timeout expired: model {model} had no turn for it within {timeout.TotalMicroseconds:0} µs. Try again.")
        {
            Model = model,
            Field = "timeout",
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    private static IReadOnlyList<string> WantedOutputs(ModelDescription model, BoundInputs inputs) =>
        inputs.OpenInference is { Outputs.Count: > 0 } request
            ? OutputSelection.Of(model, [.. request.Outputs.Select(output => output.Name)])
            : model.Signature.OutputNames;
}
