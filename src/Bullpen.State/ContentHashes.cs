using System.Security.Cryptography;
using System.Text;
using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>
/// The hash of a model's content: SHA-256 of its file, or, of several, SHA-256 over their hashes in the order given. A
/// file is hashed once and known by its stamp from then on. Safe from any thread.
/// </summary>
/// <param name="most">How many files are known; the one that was hashed longest ago goes.</param>
internal sealed class ContentHashes(int most)
{
    private readonly Latest<HashedFile> _known = new(most);

    internal void Add(HashedFile file) => _known.Set(file.File.Path, file);

    /// <summary>The content's hash if every file is known, without reading any.</summary>
    /// <param name="files">The files, stamped now.</param>
    /// <param name="isLenient">Also where a file was hashed by a version of Bullpen that did not stamp its change time.</param>
    internal string? Find(IReadOnlyList<StampedFile> files, bool isLenient = false)
    {
        var hashes = new string[files.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (Find(files[i], isLenient) is not { } known) return null;
            hashes[i] = known.Sha256;
        }

        return hashes.Length == 1 ? hashes[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes))));
    }

    /// <summary>Hashes those files that are not known.</summary>
    /// <returns>Those that were hashed; a file that is not, or does not stay, as its stamp says is left out.</returns>
    internal async Task<IReadOnlyList<HashedFile>> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken)
    {
        var hashed = new List<HashedFile>();
        foreach (var file in files)
        {
            if (Find(file, isLenient: false) is not null || StampedFile.Of(file.Path) != file) continue;
            await using var content = new FileStream(
                file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan | FileOptions.Asynchronous);
            var hash = await SHA256.HashDataAsync(content, cancellationToken);
            if (StampedFile.Of(file.Path) != file) continue;
            hashed.Add(new HashedFile(file, Convert.ToHexStringLower(hash)));
            Add(hashed[^1]);
        }

        return hashed;
    }

    private HashedFile? Find(StampedFile file, bool isLenient) =>
        _known.TryGet(file.Path, out var known) && (known.File == file || (isLenient && file.MayBe(known.File))) ? known : null;
}
