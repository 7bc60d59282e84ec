using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Registering, listing and removing models: the only path by which protocols change what is served.</summary>
public sealed class ModelAdministration(
    ModelCatalog catalog,
    ModelResolver resolver,
    ModelManager models,
    ModelCache cache,
    IRegistrationStore registrations,
    IModelHistory history,
    TimeProvider time,
    ILogger<ModelAdministration> log)
{
    private readonly ModelAdmission _admission = new(models, cache);

    // What is kept must follow what is served, in the same order.
    private readonly Lock _keeping = new();

    /// <summary>Registers the model that lies at <paramref name="url"/>.</summary>
    /// <param name="name">The name to serve it under; null or empty: the last part of the url without its extension.</param>
    /// <param name="url">Where it lies: a folder, a model file or an archive below the model store, or an http(s) url that may be downloaded.</param>
    /// <param name="load">True: it is loaded before this returns, and not registered where that fails.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    /// <returns>
    /// The registered model, once the registration is kept for the next start, or known not to be. That holds also where
    /// another caller deleted the model before this returned: it was registered, and loaded if asked for, and the deletion,
    /// which found it, came after. Nothing of it is kept then.
    /// </returns>
    /// <exception cref="ServingException">
    /// The name or url is wrong or taken, or the model cannot be loaded: <see cref="ServingErrorKind.ModelNotFound"/> where it
    /// was deleted before it could be.
    /// </exception>
    public async Task<CatalogModel> RegisterAsync(string? name, string url, bool load, CancellationToken cancellationToken)
    {
        // Before anything is downloaded or unpacked for it.
        if (ModelResolver.IsFetched(url) && !string.IsNullOrEmpty(name) && catalog.Find(name) is { } taken && !MakesRoom(taken))
            throw ModelCatalog.AlreadyRegistered(name);
        var model = await resolver.ResolveAsync(name, url, cancellationToken);
        CatalogModel? covered = null;
        try
        {
            covered = Register(model);
            if (load || IsExternal) await _admission.LoadAsync(model.Default, cancellationToken);
            if (TryKeep(model, url, out var kept)) log.Registered(model.Name, model.Default.Url);
            else log.DeletedWhileLoading(model.Name, model.Default.Url);
            await kept;
            return model;
        }
        catch
        {
            // Taken back whatever the reason: what could not be loaded is not registered.
            if (catalog.Remove(model))
            {
                if (covered is not null) catalog.TryRegister(covered);
                await UnloadAsync(model, CancellationToken.None);
            }

            resolver.Release(model);
            throw;
        }
    }

    /// <summary>
    /// Forgets a model and unloads it: requests in flight finish, its files stay. Returns when its memory is given back.
    /// A model of the repository is back at the next start, one that was registered is not.
    /// </summary>
    /// <returns>What came back of all its versions together.</returns>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public async Task<ModelReturn> UnregisterAsync(string name, CancellationToken cancellationToken)
    {
        RequireLoadedWhereThatIsAll(name);
        return await LeaveAsync(RemoveAndForget(() => catalog.Remove(name))!.Value, cancellationToken);
    }

    /// <summary>The same for exactly this model, as it was seen; null where it has changed since, or is gone.</summary>
    internal async Task<ModelReturn?> TryUnregisterAsync(CatalogModel seen, CancellationToken cancellationToken)
    {
        RequireLoadedWhereThatIsAll(seen.Name);
        return RemoveAndForget(() => catalog.TryRemove(seen) ? seen : null) is { } removed ? await LeaveAsync(removed, cancellationToken) : null;
    }

    /// <summary>A model and what the cache knows of it.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public KnownModel Describe(string name)
    {
        RequireLoadedWhereThatIsAll(name);
        return Known(catalog.Get(name));
    }

    /// <summary>All models by name, or only those in memory, which are all there are where the platform decides; each is looked up when it is enumerated.</summary>
    public IEnumerable<KnownModel> List(bool onlyLoaded)
    {
        if (!onlyLoaded && !IsExternal) return catalog.List().Select(Known);
        return cache.Residents().Select(resident => resident.Definition.Id.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(catalog.Find).OfType<CatalogModel>().Select(Known).Where(known => known.IsLoaded);
    }

    /// <summary>True where a platform decides what is in memory.</summary>
    internal bool IsExternal => cache.Fit.IsExternal;

    /// <summary>Under <see cref="LifecyclePolicy.External"/> a model is known from the end of its load on.</summary>
    private void RequireLoadedWhereThatIsAll(string name)
    {
        if (IsExternal && catalog.Find(name) is { } model && !Known(model).IsLoaded) throw ModelErrors.Gone(model.Default);
    }

    private KnownModel Known(CatalogModel model)
    {
        var known = new KnownModel(model, [.. model.Versions.Select(models.StatusOf)]);
        return known with { LastUse = known.Status.IdleFor is { } idle ? time.GetUtcNow() - idle : history.LastUse(model.Name) };
    }

    /// <summary>The entry that gave way, if one did.</summary>
    private CatalogModel? Register(CatalogModel model)
    {
        if (catalog.Find(model.Name) is { } other && MakesRoom(other) && catalog.TryReplace(other, model)) return other;
        catalog.Register(model);
        return null;
    }

    /// <summary>True for an entry of the repository that nothing can be served of: an archive that lies there is listed so until it is registered.</summary>
    private static bool MakesRoom(CatalogModel model) => model is { Fault: not null, Default.Origin: not ModelOrigin.Api };

    /// <summary>False where it was deleted while it was loading.</summary>
    private bool TryKeep(CatalogModel model, string url, out Task kept)
    {
        lock (_keeping)
        {
            var isThere = catalog.IsRegistered(model);
            kept = isThere ? registrations.KeepAsync(new Registration(model.Name, url, time.GetUtcNow())) : Task.CompletedTask;
            return isThere;
        }
    }

    private (CatalogModel Model, Task Forgotten)? RemoveAndForget(Func<CatalogModel?> remove)
    {
        lock (_keeping)
        {
            if (remove() is not { } model) return null;
            history.Forget(model.Name);
            // A model of the repository may hide a broken registration of its name: that is not what was deleted.
            return (model, model.Default.Origin == ModelOrigin.Api ? registrations.ForgetAsync(model.Name) : Task.CompletedTask);
        }
    }

    private async Task<ModelReturn> LeaveAsync((CatalogModel Model, Task Forgotten) removed, CancellationToken cancellationToken)
    {
        log.Unregistered(removed.Model.Name);
        try
        {
            var back = await UnloadAsync(removed.Model, cancellationToken);
            await removed.Forgotten;
            return back;
        }
        finally
        {
            resolver.Release(removed.Model);
        }
    }

    // All at once: a caller who gives up while one drains must not leave the others in memory.
    private async Task<ModelReturn> UnloadAsync(CatalogModel model, CancellationToken cancellationToken)
    {
        var back = await Task.WhenAll(model.Versions.Select(version => models.UnloadAsync(version, cancellationToken)));
        return back.Aggregate(ModelReturn.Nothing, (sum, one) => ModelReturn.Add(sum, one ?? ModelReturn.Nothing));
    }
}
