using System.Formats.Tar;
using System.IO.Compression;

namespace Bullpen.Sources.Archives;

/// <summary>Unpacks a gzip-compressed tar file: regular files and folders, and nothing else.</summary>
internal static class TarArchive
{
    // tar pads an archive to blocks of 10 KiB by default; what is far more than that is not padding.
    private const int MaxPadding = 1024 * 1024;

    internal static void Unpack(FileStream file, string root, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        using var counted = new CountedStream(file);
        using var gzip = new GZipStream(counted, CompressionMode.Decompress);
        using var guard = new TarHeaderGuard(gzip);
        using var reader = new TarReader(guard, leaveOpen: true);
        var folder = new ExtractionFolder(root, limits, () => counted.Count);
        guard.ExpectHeader();
        var isAllSparse = false;
        while (reader.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            folder.Count();
            if (entry is PaxGlobalExtendedAttributesTarEntry all) isAllSparse |= IsSparse(all.GlobalExtendedAttributes);
            else if (isAllSparse || (entry is PaxTarEntry pax && IsSparse(pax.ExtendedAttributes))) throw Refused(entry, TarEntryType.SparseFile);
            Unpack(entry, folder, cancellationToken);
            guard.ExpectHeader();
        }

        // The framework's gzip reader says nothing of a file that ends too early.
        if (!guard.HasEnded) throw new EndOfStreamException("The tar file has no end.");
        ReadToEnd(gzip);
    }

    private static void Unpack(TarEntry entry, ExtractionFolder folder, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                folder.AddFile(entry.Name, entry.DataStream ?? Stream.Null, cancellationToken);
                break;
            case TarEntryType.Directory or TarEntryType.DirectoryList when entry.DataStream is null:
                folder.AddFolder(entry.Name);
                break;
            case TarEntryType.GlobalExtendedAttributes:
                // As git archive writes one; nothing in it is used.
                break;
            default:
                throw Refused(entry, entry.EntryType);
        }
    }

    private static ArchiveException Refused(TarEntry entry, TarEntryType type) =>
        ArchiveException.Entry(entry.Name, $"is {Kind(type)}; only regular files and folders are unpacked");

    /// <summary>A sparse file is a regular one to a reader that does not know these keys, with a map before its content (GNU tar manual, "PAX Format").</summary>
    private static bool IsSparse(IReadOnlyDictionary<string, string> attributes) => attributes.Keys.Any(key => key.StartsWith("GNU.sparse", StringComparison.Ordinal));

    /// <summary>So that the sum at the end of the compressed data is checked.</summary>
    private static void ReadToEnd(GZipStream gzip)
    {
        var buffer = new byte[16 * 1024];
        for (var padding = 0; gzip.Read(buffer, 0, buffer.Length) is > 0 and var read;)
        {
            padding += read;
            if (padding > MaxPadding) throw ArchiveException.Whole($"more than {MaxPadding:N0} bytes follow its end");
        }
    }

    private static string Kind(TarEntryType type) => type switch
    {
        TarEntryType.SymbolicLink => "a symbolic link",
        TarEntryType.HardLink => "a hard link",
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "a device",
        TarEntryType.Fifo => "a FIFO",
        TarEntryType.SparseFile => "a sparse file",
        _ => "of a kind of its own",
    };
}
