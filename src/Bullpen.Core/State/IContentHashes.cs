namespace Bullpen.Core.State;

/// <summary>
/// Hashes of contents, by the stamps of the files that hold them: what to name things by that are derived from a content.
/// Safe from any thread.
/// </summary>
public interface IContentHashes
{
    /// <summary>False where no hash is ever known: the server keeps no state, or another one uses the folder.</summary>
    bool IsAvailable { get; }

    /// <summary>The hash of these files together if each is known under its stamp, else null. Reads nothing.</summary>
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    string? HashOf(IReadOnlyList<StampedFile> files);

    /// <summary>The hash, reading those files that are not known; null where one is not, or does not stay, as its stamp says.</summary>
    Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken);
}
