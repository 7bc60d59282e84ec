using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>Registering, listing and removing models: the only path by which protocols change what is served.</summary>
public sealed class ModelAdministration(ModelCatalog catalog, ModelStore store, ModelManager models, ModelCache cache)
{
    /// <summary>Registers the model that lies at <paramref name="url"/>.</summary>
    /// <param name="name">The name to serve it under; null or empty: the last part of the url without its extension.</param>
    /// <param name="url">Where it lies: a folder or a model file below the model store.</param>
    /// <param name="load">True: it is loaded before this returns, and not registered where that fails.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    /// <returns>The registered model.</returns>
    /// <exception cref="ServingException">The name or url is wrong or taken, or the model cannot be loaded.</exception>
    public async Task<CatalogModel> RegisterAsync(string? name, string url, bool load, CancellationToken cancellationToken)
    {
        var model = store.Resolve(name, url);
        catalog.Register(model);
        if (!load) return model;
        try
        {
            (await models.LeaseAsync(model.Default, cancellationToken)).Dispose();
            return model;
        }
        catch
        {
            // Taken back whatever the reason: what could not be loaded is not registered.
            if (catalog.Remove(model)) await UnloadAsync(model, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Forgets a model and unloads it: requests in flight finish, its files stay. Returns when its memory is given back.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public async Task<CatalogModel> UnregisterAsync(string name, CancellationToken cancellationToken)
    {
        var model = catalog.Remove(name);
        await UnloadAsync(model, cancellationToken);
        return model;
    }

    /// <summary>A model and what the cache knows of it.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public KnownModel Describe(string name)
    {
        var model = catalog.Get(name);
        return new KnownModel(model, cache.StatusOf(model.Default));
    }

    /// <summary>All models by name, or only those in memory.</summary>
    public IReadOnlyList<KnownModel> List(bool onlyLoaded)
    {
        var all = catalog.List().Select(model => new KnownModel(model, cache.StatusOf(model.Default)));
        return (onlyLoaded ? all.Where(known => known.Status.State == ModelState.Ready) : all).ToList();
    }

    private async Task UnloadAsync(CatalogModel model, CancellationToken cancellationToken)
    {
        foreach (var version in model.Versions) await models.UnloadAsync(version, cancellationToken);
    }
}
