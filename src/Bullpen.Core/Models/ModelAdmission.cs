using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>Loads a model because somebody asked for just that, and not for an answer of it.</summary>
internal sealed class ModelAdmission(ModelManager models, ModelCache cache)
{
    /// <summary>
    /// Returns when the model is in memory: under <see cref="LifecyclePolicy.Managed"/> as for a request, under
    /// <see cref="LifecyclePolicy.External"/> in room that is free now.
    /// </summary>
    /// <exception cref="ServingException">As for a lease; <see cref="ServingErrorKind.InsufficientMemory"/> where the platform has to make room.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async Task LoadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (!cache.Fit.IsExternal) (await models.LeaseAsync(definition, cancellationToken)).Dispose();
        else if (!await models.PreloadAsync(definition, cancellationToken)) throw cache.Fit.Refusal(definition, models.Expected(definition).Bytes);
    }
}
