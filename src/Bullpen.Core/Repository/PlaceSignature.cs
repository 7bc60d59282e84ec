using System.IO.Enumeration;

namespace Bullpen.Core.Repository;

/// <summary>
/// Names, lengths and write times of a place folded into one number, so that an unchanged place is recognised without
/// opening a file, and remembering it costs eight bytes. Hidden entries do not count, as nowhere in the repository.
/// </summary>
internal static class PlaceSignature
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Missing = 1;
    private const ulong Unreadable = 2;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>What lies at <paramref name="path"/>: a file, a folder, or <see cref="Sighting.Nothing"/>.</summary>
    public static ulong Of(string path) =>
        Directory.Exists(path) ? OfFolder(path) : File.Exists(path) ? OfFile(path) : Sighting.Nothing;

    /// <summary>A file.</summary>
    public static ulong OfFile(string path) => Of(FileStamp.Of(path));

    /// <summary>A folder of a model: its files, and the files in its version folders.</summary>
    public static ulong OfFolder(string path) => Guarded(path, InFolder);

    /// <summary>The entries of a repository, each with its signature, in ordinal order.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static List<(string Name, bool IsFolder, ulong Signature)> OfEntries(string folder)
    {
        var entries = new FileSystemEnumerable<(string Name, bool IsFolder, ulong Signature)>(
            folder,
            (ref FileSystemEntry entry) =>
                (entry.FileName.ToString(), entry.IsDirectory, entry.IsDirectory ? OfFolder(entry.ToFullPath()) : OfFile(ref entry)),
            Everything)
        {
            ShouldIncludePredicate = IsShown,
        };
        var all = entries.ToList();
        all.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    /// <summary>A text.</summary>
    public static ulong OfText(ReadOnlySpan<char> text)
    {
        var hash = Seed;
        foreach (var c in text)
            hash = (hash ^ c) * 0x100000001B3;
        return Mix(hash, (ulong)text.Length);
    }

    /// <summary>Two signatures in one; never <see cref="Sighting.Nothing"/>.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        var mixed = (a ^ (b + Seed + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return mixed == Sighting.Nothing ? Seed : mixed;
    }

    /// <summary>A sum, because the order in which a folder lists its entries says nothing.</summary>
    private static ulong Sum(string path, FileSystemEnumerable<ulong>.FindTransform transform)
    {
        var sum = Seed;
        foreach (var entry in new FileSystemEnumerable<ulong>(path, transform, Everything) { ShouldIncludePredicate = IsShown })
            sum += entry;
        return Mix(sum, Seed);
    }

    private static ulong Guarded(string path, FileSystemEnumerable<ulong>.FindTransform transform)
    {
        try
        {
            return Sum(path, transform);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }

    private static ulong InFolder(ref FileSystemEntry entry) => Mix(
        OfText(entry.FileName),
        !entry.IsDirectory ? OfFile(ref entry)
        : VersionOrder.IsVersionFolder(entry.FileName) ? Guarded(entry.ToFullPath(), InVersion)
        : Seed);

    private static ulong InVersion(ref FileSystemEntry entry) => Mix(OfText(entry.FileName), entry.IsDirectory ? Seed : OfFile(ref entry));

    private static ulong OfFile(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None
            ? OfFile(entry.ToFullPath())
            : Of(new FileStamp(entry.Length, entry.LastWriteTimeUtc.Ticks));

    private static ulong Of(FileStamp stamp) => stamp.Length < 0 ? Missing : Mix((ulong)stamp.Length, (ulong)stamp.WrittenTicks);

    private static bool IsShown(ref FileSystemEntry entry) => !entry.FileName.StartsWith('.');
}
