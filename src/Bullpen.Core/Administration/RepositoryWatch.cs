using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Brings what changed in the repository into the catalogue, a look at a time. Models that were registered by a request are
/// left alone, and one that was deleted by a request stays away until its files are taken away and put back.
/// </summary>
/// <param name="index">The repository; the catalogue was filled from its first look.</param>
/// <param name="catalog">What is served.</param>
/// <param name="models">Loads successors and unloads what is gone.</param>
/// <param name="cache">What is in memory.</param>
/// <param name="log">Where every change is said.</param>
public sealed class RepositoryWatch(
    RepositoryIndex index, ModelCatalog catalog, ModelManager models, ModelCache cache, ILogger<RepositoryWatch> log)
{
    private readonly ModelReplacement _replacement = new(catalog, models, cache, log);
    private readonly Dictionary<string, CatalogModel> _rejected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CatalogModel> _passedOver = index.Contents.Models
        .Where(model => catalog.Find(model.Name) is { Default.Origin: ModelOrigin.Api }).ToDictionary(model => model.Name, StringComparer.Ordinal);
    private IReadOnlyList<CatalogModel> _applied = index.Contents.Models;
    private IReadOnlyList<string> _warnings = index.Contents.Warnings;

    /// <summary>
    /// Looks once. What changed is served when this returns, successors of models in memory included; not to be called
    /// again before that.
    /// </summary>
    /// <exception cref="ServingException">The repository cannot be read: everything stays as it was.</exception>
    /// <exception cref="OperationCanceledException">The server is shutting down.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var hasChanged = index.Look();
        // A look at a slow disk may outlive the server.
        cancellationToken.ThrowIfCancellationRequested();
        if (hasChanged) await ApplyAsync(cancellationToken);
        TakeNamesThatCameFree();
        await GiveUpOnEvictedAsync(cancellationToken);
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var (models, warnings) = index.Contents;
        foreach (var warning in warnings.Except(_warnings)) log.RepositoryChanged(warning);
        _warnings = warnings;

        var earlier = _applied.ToDictionary(model => model.Name, StringComparer.Ordinal);
        _applied = models;
        var changed = new List<CatalogModel>();
        foreach (var model in models)
        {
            if (!earlier.Remove(model.Name, out var known)) Add(model);
            else if (!ReferenceEquals(known, model)) changed.Add(model);
        }

        foreach (var gone in earlier.Values) Remove(gone.Name);

        // Last, because these may have to load: nothing else waits for them.
        foreach (var model in changed.OrderBy(model => Ours(model.Name) is { } current && _replacement.IsInMemory(current)))
            await TryReplaceAsync(model, cancellationToken);
    }

    /// <summary>What goes wrong with one model holds up no other; it is tried again when the one in service is evicted, or its files change.</summary>
    private async Task TryReplaceAsync(CatalogModel model, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await ReplaceAsync(model, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _rejected[model.Name] = model;
            log.ReplacementCrashed(model.Name, e);
        }
    }

    /// <summary>A model whose name a request had registered is served once that registration is deleted.</summary>
    private void TakeNamesThatCameFree()
    {
        foreach (var (name, model) in _passedOver.ToList())
        {
            if (catalog.Find(name) is not null) continue;
            _passedOver.Remove(name);
            Add(model);
        }
    }

    private void Add(CatalogModel model)
    {
        if (!catalog.TryRegister(model))
        {
            _passedOver[model.Name] = model;
            log.NameTaken(model.Name, model.Default.Url);
        }
        else if (model.Fault is { } fault) log.FoundBroken(model.Name, fault);
        else log.Found(model.Name, model.Default.Url);
    }

    private void Remove(string name)
    {
        _rejected.Remove(name);
        _passedOver.Remove(name);
        if (Ours(name) is not { } current || !catalog.Remove(current)) return;
        foreach (var version in current.Versions) models.Retire(version);
        log.FilesGone(name);
    }

    private async Task ReplaceAsync(CatalogModel model, CancellationToken cancellationToken)
    {
        _rejected.Remove(model.Name);
        if (_passedOver.ContainsKey(model.Name)) _passedOver[model.Name] = model;
        var outcome = ReplacementOutcome.Overtaken;
        // Again where an operator chose a default or took a version away while a successor loaded: that is to hold for what comes.
        while (outcome == ReplacementOutcome.Overtaken && Ours(model.Name) is { } current)
            outcome = await _replacement.ReplaceAsync(current, model, cancellationToken);
        if (outcome == ReplacementOutcome.Rejected) _rejected[model.Name] = model;
    }

    /// <summary>A model that was kept in service because its successor was rejected is nothing to keep once it was evicted.</summary>
    private async Task GiveUpOnEvictedAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, model) in _rejected.ToList())
            if (Ours(name) is not { } current || !_replacement.IsInMemory(current)) await ReplaceAsync(model, cancellationToken);
    }

    /// <summary>The model of that name, unless there is none or a request registered it.</summary>
    private CatalogModel? Ours(string name) => catalog.Find(name) is { Default.Origin: not ModelOrigin.Api } model ? model : null;
}
