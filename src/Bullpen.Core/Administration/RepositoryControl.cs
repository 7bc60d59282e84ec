using System.Runtime.CompilerServices;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>
/// Loading and unloading by a client's word, as Triton's clients do it: what is unloaded stays known, and the next request loads it
/// again. Where a platform decides (<see cref="LifecyclePolicy.External"/>) loading registers and unloading deletes.
/// </summary>
public sealed class RepositoryControl(ModelCatalog catalog, ModelAdministration administration, ModelManager models, ModelCache cache)
{
    private readonly ModelAdmission _admission = new(models, cache);

    // With how many loads each had had: one more since, and it is no longer away by anybody's word.
    private readonly ConditionalWeakTable<ModelDefinition, StrongBox<long>> _sentAway = [];

    /// <summary>Has a model's default version in memory when it returns.</summary>
    /// <exception cref="ServingException">There is no such model, or it cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task LoadAsync(string name, CancellationToken cancellationToken)
    {
        if (cache.Fit.IsExternal && catalog.Find(name) is null)
        {
            await RegisterAsync(name, cancellationToken);
            return;
        }

        var definition = catalog.Resolve(name);
        await _admission.LoadAsync(definition, cancellationToken);
    }

    /// <summary>Has all versions of a model leave memory: requests in flight finish. Returns when the memory is given back.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task UnloadAsync(string name, CancellationToken cancellationToken)
    {
        if (cache.Fit.IsExternal)
        {
            await administration.UnregisterAsync(name, cancellationToken);
            return;
        }

        var model = catalog.Get(name);
        foreach (var version in model.Versions) _sentAway.AddOrUpdate(version, new StrongBox<long>(models.StatusOf(version).Loads));
        await Task.WhenAll(model.Versions.Select(version => models.UnloadAsync(version, cancellationToken)));
    }

    /// <summary>A registration that fails speaks of the url; to who loads by name the name is the model.</summary>
    private async Task RegisterAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await administration.RegisterAsync(name, name, load: true, cancellationToken);
        }
        catch (ServingException e) when (e.Model is null)
        {
            throw new ServingException(e.Kind, e.Message, e) { Model = Printable.Text(name, ModelName.MaxLength), RetryAfter = e.RetryAfter };
        }
    }

    /// <summary>
    /// True where a request would be answered: the version is in memory, or its first request loads it. False once it failed to
    /// load, or was unloaded by <see cref="UnloadAsync"/> and not asked for since.
    /// </summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>; <see cref="ServingErrorKind.InvalidModel"/>.</exception>
    public bool IsReady(string name, string? version)
    {
        var definition = catalog.Resolve(name, version);
        var status = models.StatusOf(definition);
        if (status.State == ModelState.Ready) return true;
        var isAway = cache.Fit.IsExternal || (_sentAway.TryGetValue(definition, out var loads) && loads.Value == status.Loads);
        return status.State is ModelState.Absent or ModelState.Loading && !isAway;
    }
}
