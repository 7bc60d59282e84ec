using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>What operators ask of the cache, by name, and tell it. Nothing in here loads, or is refused for want of room.</summary>
public sealed class CacheAdministration(ModelCatalog catalog, ModelManager models, ModelCache cache, TimeProvider time)
{
    private readonly ModelInsight _insight = new(models, cache, time);

    /// <summary>Models in the catalogue.</summary>
    public int KnownModels => catalog.Count;

    /// <inheritdoc cref="ModelCache.Report"/>
    public CacheReport Report(int start, int limit) => cache.Report(start, limit);

    /// <summary>Why a model is in memory, or is not: of each version, highest first, or of one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; null or empty: all.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/> with near names, or the server is shutting down.</exception>
    public (CatalogModel Model, IReadOnlyList<CacheExplanation> Versions) Explain(string name, string? version)
    {
        while (true)
        {
            var model = catalog.Get(name);
            var asked = string.IsNullOrEmpty(version) ? model.Versions : [Version(model, version)];
            try
            {
                return (model, [.. asked.Select(_insight.Explain)]);
            }
            catch (ServingException e) when (e.Kind == ServingErrorKind.ModelNotFound && !ReferenceEquals(catalog.Find(name), model))
            {
                // Replaced since it was looked up.
                continue;
            }
        }
    }

    /// <summary>What asking for a model would do now; changes nothing.</summary>
    /// <exception cref="ServingException">There is no such model, or it is broken; or the server is shutting down.</exception>
    public EvictionPlan Plan(string name, string? version) => OnCurrent(name, version, _insight.Plan);

    /// <summary>Pins a model, or takes every pin from it, its manifest's too. Loads nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; null or empty: the one that a request without a version gets.</param>
    /// <param name="isPinned">Which of the two.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ServingException">There is no such model, or it is broken; or the server is shutting down.</exception>
    public ModelId Pin(string name, string? version, bool isPinned) => OnCurrent(name, version, definition =>
    {
        models.Pin(definition, isPinned);
        return definition.Id;
    });

    private T OnCurrent<T>(string name, string? version, Func<ModelDefinition, T> ask)
    {
        while (true)
        {
            var definition = catalog.Resolve(name, version);
            try
            {
                return ask(definition);
            }
            catch (ServingException e) when (e.Kind == ServingErrorKind.ModelNotFound && !catalog.IsCurrent(definition))
            {
                // Replaced since it was resolved. Where it was deleted instead, resolving says so.
                continue;
            }
        }
    }

    // Resolve says it best what is unknown, and refuses what is broken, which may be explained all the same.
    private ModelDefinition Version(CatalogModel model, string version) => model.Find(version) ?? catalog.Resolve(model.Name, version);
}
