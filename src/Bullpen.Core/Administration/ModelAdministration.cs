using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Registering, listing and removing models: the only path by which protocols change what is served.</summary>
public sealed class ModelAdministration(
    ModelCatalog catalog, ModelStore store, ModelManager models, ModelCache cache, ILogger<ModelAdministration> log)
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
        try
        {
            if (load) (await models.LeaseAsync(model.Default, cancellationToken)).Dispose();
            log.Registered(model.Name, model.Default.Url);
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
        log.Unregistered(model.Name);
        await UnloadAsync(model, cancellationToken);
        return model;
    }

    /// <summary>A model and what the cache knows of it.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/>.</exception>
    public KnownModel Describe(string name) => Known(catalog.Get(name));

    /// <summary>All models by name, or only those in memory; each is looked up when it is enumerated.</summary>
    public IEnumerable<KnownModel> List(bool onlyLoaded)
    {
        if (!onlyLoaded) return catalog.List().Select(Known);
        return cache.Residents().Select(resident => resident.Definition.Id.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(catalog.Find).OfType<CatalogModel>().Select(Known).Where(known => known.IsLoaded);
    }

    private KnownModel Known(CatalogModel model) => new(model, [.. model.Versions.Select(cache.StatusOf)]);

    private async Task UnloadAsync(CatalogModel model, CancellationToken cancellationToken)
    {
        foreach (var version in model.Versions) await models.UnloadAsync(version, cancellationToken);
    }
}
