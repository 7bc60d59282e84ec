using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Changes how many requests run in a model at once, and whether it is to be in memory. Workers are permits of one session:
/// a model in memory has all of its workers, and one that is not has none.
/// </summary>
public sealed class ModelScaling(ModelCatalog catalog, ModelManager models, ModelCache cache, ILogger<ModelScaling> log)
{
    private readonly ModelAdmission _admission = new(models, cache);

    /// <summary>The present workers of a version: none are kept where it may be unloaded.</summary>
    public WorkerRange Of(ModelDefinition definition)
    {
        var most = models.Scale.WorkersOf(definition);
        var least = models.StatusOf(definition).IsPinned ? Math.Clamp(models.Scale.AskedOf(definition)?.Least ?? 1, 1, most) : 0;
        return new WorkerRange(least, most);
    }

    /// <summary>
    /// Sets the workers of a model. At least one: it is pinned and, where it is not in memory, loaded. None at least: it may be
    /// unloaded again. None at most: it leaves memory now. Holds until the model is deleted or the server stops.
    /// </summary>
    /// <param name="name">The model.</param>
    /// <param name="version">Its version; null or empty: the default.</param>
    /// <param name="range">The workers, both numbers from 0 to <see cref="ModelManifest.MaxWorkers"/>, the least not above the most.</param>
    /// <param name="wait">True: returns when it is done, or the load wait is over; false: at once.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    /// <returns>The version, and how far it has come.</returns>
    /// <exception cref="ServingException">There is no such model, or it is broken; or, with <paramref name="wait"/>, it cannot be loaded.</exception>
    public async Task<(ModelId Id, ScaleOutcome Outcome)> ScaleAsync(
        string name, string? version, WorkerRange range, bool wait, CancellationToken cancellationToken)
    {
        if (range.Most == 0 && cache.Fit.IsExternal) throw NotOurs(name);
        var definition = Set(name, version, range);
        if (range is { Least: 0, Most: > 0 }) return (definition.Id, ScaleOutcome.Done);
        // Who does not wait may leave.
        var changing = wait ? cancellationToken : CancellationToken.None;
        var change = range.Most == 0 ? UnloadAsync(definition, changing) : LoadAsync(definition, changing);
        if (wait) return (definition.Id, await change);
        _ = FollowAsync(definition, change);
        return (definition.Id, ScaleOutcome.Begun);
    }

    /// <summary>Sets how many requests run in a model at once, which stays where it is.</summary>
    public void Limit(ModelDefinition definition, int workers) => models.Scale.Set(definition, new WorkerRange(0, workers));

    /// <summary>
    /// Sets how many rows a request to a model may have, 0 for no limit, whatever its manifest says. Holds through unloads and
    /// replacements of the model's files, until the model is deleted or the server stops.
    /// </summary>
    /// <param name="definition">A model without a <see cref="ModelDescription.BatchObstacle"/>.</param>
    /// <param name="rows">At least 0.</param>
    public void LimitRows(ModelDefinition definition, int rows) => models.Scale.BatchOf(definition).Asked = rows;

    /// <summary>Has a model loaded, and does not wait for it.</summary>
    public void BeginLoad(ModelDefinition definition) => _ = FollowAsync(definition, LoadAsync(definition, CancellationToken.None));

    private ModelDefinition Set(string name, string? version, WorkerRange range)
    {
        while (true)
        {
            var definition = catalog.Resolve(name, version);
            try
            {
                models.Pin(definition, range.Least > 0);
                models.Scale.Set(definition, range);
                return definition;
            }
            catch (ServingException e) when (e.Kind == ServingErrorKind.ModelNotFound && !catalog.IsCurrent(definition))
            {
                // Replaced since it was resolved. Where it was deleted instead, resolving says so.
                continue;
            }
        }
    }

    private async Task<ScaleOutcome> LoadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            await _admission.LoadAsync(definition, cancellationToken);
            return ScaleOutcome.Done;
        }
        catch (ServingException e) when (e.Kind == ServingErrorKind.LoadTimeout && models.StatusOf(definition).State == ModelState.Loading)
        {
            return ScaleOutcome.InProgress;
        }
    }

    private async Task<ScaleOutcome> UnloadAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        await models.UnloadAsync(definition, cancellationToken);
        return ScaleOutcome.Done;
    }

    /// <summary>A model that is registered and not loaded is none to a platform that decides.</summary>
    private static ServingException NotOurs(string name) =>
        new(ServingErrorKind.NotSupported, $"Model {name} leaves memory by being unregistered, where the platform decides what is loaded (--lifecycle external).")
        {
            Model = name,
            Field = "max_worker",
            Expected = "at least 1",
            Actual = "0",
        };

    private async Task FollowAsync(ModelDefinition definition, Task<ScaleOutcome> change)
    {
        try
        {
            await change;
        }
        catch (Exception e)
        {
            log.ScalingFailed(definition.Id, e.Message);
        }
    }
}
