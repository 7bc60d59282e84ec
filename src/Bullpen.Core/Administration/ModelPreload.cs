using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Loads models before anybody asks for them: those that an operator names, in that order, then those whose manifest says
/// <c>preload</c>, highest priority first. One after another, into room that is free: nothing is evicted for it, so it ends
/// where the next one does not fit.
/// </summary>
public sealed class ModelPreload(ModelCatalog catalog, ModelManager models, ILogger<ModelPreload> log)
{
    /// <summary>In the place of names: every model.</summary>
    public const string All = "all";

    /// <summary>Loads them; returns when all are loaded, or no more fit. What fails is logged once and passed over.</summary>
    /// <param name="names">Names, separated by commas; <see cref="All"/>; or null for the manifests' wishes alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task RunAsync(string? names, CancellationToken cancellationToken)
    {
        var chosen = Choose(names);
        if (chosen.Count == 0) return;
        var loaded = 0;
        foreach (var definition in chosen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (!await models.PreloadAsync(definition, cancellationToken))
                {
                    log.PreloadStops(definition.Id, loaded, chosen.Count);
                    return;
                }

                loaded++;
            }
            catch (ServingException e)
            {
                // A load that failed was logged as any other.
                if (models.StatusOf(definition).State != ModelState.Failed) log.PreloadFailed(definition.Id, e.Message);
            }
        }

        log.Preloaded(loaded, chosen.Count);
    }

    private List<ModelDefinition> Choose(string? names)
    {
        var all = catalog.List();
        var chosen = new List<ModelDefinition>();
        var isAll = names?.Trim() == All;
        foreach (var name in isAll ? [] : names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (catalog.Find(name) is { } model) chosen.Add(model.Default);
            else log.PreloadIsUnknown(Printable.Text(name, ModelName.MaxLength));
        }

        var wished = all.Select(model => model.Default).Where(definition => definition.Fault is null && (isAll || definition.Manifest.Preload));
        return [.. chosen.Concat(wished.OrderByDescending(definition => definition.Manifest.Priority)).Distinct()];
    }
}
