using System.Collections.Concurrent;

namespace Bullpen.Core.Repository;

/// <summary>
/// Turns the <c>url</c> of a registration into a model: from the model store in place, or from what an
/// <see cref="IModelSource"/> unpacked, which it holds for as long as the model is registered. Safe from any thread.
/// </summary>
/// <param name="store">The folder that urls without a scheme lie below.</param>
/// <param name="source">Unpacks and downloads; null where neither is done: then archives and urls are refused.</param>
public sealed class ModelResolver(ModelStore store, IModelSource? source = null)
{
    private readonly ConcurrentDictionary<object, IUnpackedModel> _held = new(ReferenceEqualityComparer.Instance);

    /// <summary>True for a url that has to be downloaded or unpacked, by its text.</summary>
    public static bool IsFetched(string url) => SourceUrl.IsRemote(url) || SourceUrl.IsArchive(url);

    /// <summary>The model that a registration names, downloaded and unpacked where need be. To be given to <see cref="Release"/> when it goes.</summary>
    /// <param name="name">The model's name; null or empty: what the archive's manifest says, else the last part of the url.</param>
    /// <param name="url">As it was sent.</param>
    /// <param name="cancellationToken">Ends the caller's wait.</param>
    /// <exception cref="ServingException">As of <see cref="ModelStore.Resolve"/> and <see cref="IModelSource"/>.</exception>
    public async Task<CatalogModel> ResolveAsync(string? name, string url, CancellationToken cancellationToken)
    {
        if (source is null) return store.Resolve(name, url);
        if (!string.IsNullOrEmpty(name)) ModelStore.CheckName(name);
        if (SourceUrl.IsRemote(url)) return Take(name, url, await source.DownloadAsync(url, cancellationToken));
        return store.FindArchive(url) is { } archive
            ? Take(name, url, await source.UnpackAsync(archive, url, cancellationToken))
            : store.Resolve(name, url);
    }

    /// <summary>The model of a registration of an earlier run. Nothing is downloaded; an archive that changed is unpacked.</summary>
    /// <exception cref="ServingException">As of <see cref="ResolveAsync"/>.</exception>
    public CatalogModel Restore(string name, string url)
    {
        if (source is null) return store.Resolve(name, url);
        if (SourceUrl.IsRemote(url))
        {
            return Take(name, url, source.FindDownloaded(url) ?? throw new ServingException(
                ServingErrorKind.DownloadFailed,
                $"Failed to download model from: {SourceUrl.Shown(url)}: what was downloaded earlier is gone from the state folder, and nothing is downloaded at a start. Delete the model and register it again."));
        }

        return store.FindArchive(url) is { } archive ? Take(name, url, source.Unpack(archive, url, CancellationToken.None)) : store.Resolve(name, url);
    }

    /// <summary>Gives back what a model was unpacked to, if it was; a model is released once, later calls do nothing.</summary>
    public void Release(CatalogModel model)
    {
        if (_held.TryRemove(model.Registration, out var unpacked)) unpacked.Dispose();
    }

    /// <summary>Deletes what earlier runs unpacked and no model is made of.</summary>
    public void Sweep() => source?.Sweep();

    private CatalogModel Take(string? name, string url, IUnpackedModel unpacked)
    {
        try
        {
            var model = store.ResolveUnpacked(name, url, unpacked.Folder);
            _held[model.Registration] = unpacked;
            return model;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }
}
