using System.IO.Compression;

namespace Bullpen.Sources.Archives;

/// <summary>Unpacks a zip file: regular files and folders, and nothing else.</summary>
internal static class ZipArchiveFile
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    internal static void Unpack(FileStream file, string root, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        ZipDirectory.Check(file, limits);
        using var counted = new CountedStream(file);
        using var zip = new ZipArchive(counted, ZipArchiveMode.Read, leaveOpen: true);

        // Entries that share their data are read again and again: no byte of the file counts twice.
        var folder = new ExtractionFolder(root, limits, () => Math.Min(counted.Count, file.Length));
        foreach (var entry in zip.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            folder.Count();
            Unpack(entry, folder, cancellationToken);
        }
    }

    private static void Unpack(ZipArchiveEntry entry, ExtractionFolder folder, CancellationToken cancellationToken)
    {
        // The upper half is what Unix made of it, 0 where something else packed it.
        var type = (entry.ExternalAttributes >> 16) & TypeMask;
        if (type is not (0 or RegularFile or Folder))
            throw ArchiveException.Entry(entry.FullName, $"is {Kind(type)}; only regular files and folders are unpacked");
        if (entry.IsEncrypted) throw ArchiveException.Entry(entry.FullName, "is encrypted");
        if (type == Folder || entry.FullName.EndsWith('/'))
        {
            if (entry.Length > 0) throw ArchiveException.Entry(entry.FullName, "is a folder with content");
            folder.AddFolder(entry.FullName);
            return;
        }

        using var content = new CheckedStream(entry.Open(), entry.Crc32);
        folder.AddFile(entry.FullName, content, cancellationToken);
    }

    private static string Kind(int type) => type switch
    {
        0xA000 => "a symbolic link",
        0x1000 => "a FIFO",
        0x2000 or 0x6000 => "a device",
        0xC000 => "a socket",
        _ => "of an unknown kind",
    };
}
