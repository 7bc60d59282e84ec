namespace Bullpen.Core.Repository;

/// <summary>
/// Brings models here that do not lie in the model store as folders or files: unpacks archives and downloads urls. What it
/// keeps is found again after a restart, by content, so that two registrations of one archive share it.
/// </summary>
public interface IModelSource
{
    /// <summary>Unpacks an archive, unless it is unpacked already.</summary>
    /// <param name="archive">The absolute path of a zip file (.mar, .zip) or a gzip-compressed tar file; its bytes decide, not its name.</param>
    /// <param name="url">The url that names it in a registration.</param>
    /// <param name="cancellationToken">Ends it, leaving nothing behind.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidModel"/>: no archive, a damaged one, or one that breaks a rule; the message names the
    /// entry and the rule. <see cref="ServingErrorKind.ModelLoadFailed"/>: the disk refused. Nothing is left behind.
    /// </exception>
    IUnpackedModel Unpack(string archive, string url, CancellationToken cancellationToken);

    /// <summary><see cref="Unpack"/> for callers of whom many may come at once: a few are served at a time, the others wait without a thread, and those who ask for the same share it.</summary>
    /// <exception cref="ServingException">As of <see cref="Unpack"/>, and <see cref="ServingErrorKind.Overloaded"/>: too many wait already.</exception>
    Task<IUnpackedModel> UnpackAsync(string archive, string url, CancellationToken cancellationToken);

    /// <summary>Downloads what an http or https url leads to and unpacks it. Callers at once share one download, and each may leave.</summary>
    /// <exception cref="ServingException">
    /// As of <see cref="Unpack"/>, and <see cref="ServingErrorKind.DownloadFailed"/>: the url is not one that may be
    /// downloaded, or the download failed. <see cref="ServingErrorKind.Overloaded"/>: too many downloads already.
    /// </exception>
    Task<IUnpackedModel> DownloadAsync(string url, CancellationToken cancellationToken);

    /// <summary>What was downloaded from the url by an earlier run and is still there; null where nothing is. Downloads nothing.</summary>
    IUnpackedModel? FindDownloaded(string url);

    /// <summary>Deletes what no <see cref="IUnpackedModel"/> stands for: half-made and unreferenced folders of earlier runs.</summary>
    void Sweep();
}
