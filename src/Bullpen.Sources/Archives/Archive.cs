using System.Security.Cryptography;

namespace Bullpen.Sources.Archives;

/// <summary>A file that may be an archive: which kind its first bytes say, its hash, and unpacking it.</summary>
internal static class Archive
{
    /// <summary>The SHA-256 of a file, lower case: what an unpacked folder is called.</summary>
    internal static string HashOf(string path, CancellationToken cancellationToken)
    {
        using var file = Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        while (file.Read(buffer, 0, buffer.Length) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>True for a zip file and for gzip-compressed data, by the first bytes.</summary>
    internal static bool IsOne(string path)
    {
        using var file = Open(path);
        return KindOf(file) != Kind.None;
    }

    /// <summary>Unpacks all of an archive to a folder that is there and empty. What it leaves there on a failure is the caller's to delete.</summary>
    /// <exception cref="ArchiveException">The archive breaks a rule, or is damaged or none.</exception>
    internal static void Unpack(string path, string folder, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        using var file = Open(path);
        try
        {
            switch (KindOf(file))
            {
                case Kind.Zip:
                    ZipArchiveFile.Unpack(file, folder, limits, cancellationToken);
                    break;
                case Kind.Gzip:
                    TarArchive.Unpack(file, folder, limits, cancellationToken);
                    break;
                default:
                    throw new ArchiveException("is neither a zip file (.mar, .zip) nor a gzip-compressed tar file (.tar.gz, .tgz).");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or FormatException or ArgumentException or OverflowException)
        {
            throw ArchiveException.Damaged(e);
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096, FileOptions.SequentialScan);

    private static Kind KindOf(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        var read = RandomAccess.Read(file.SafeFileHandle, start, 0);
        if (read == 4 && (start.SequenceEqual("PK\u0003\u0004"u8) || start.SequenceEqual("PK\u0005\u0006"u8))) return Kind.Zip;
        return read >= 2 && start[0] == 0x1F && start[1] == 0x8B ? Kind.Gzip : Kind.None;
    }

    private enum Kind
    {
        None,
        Zip,
        Gzip,
    }
}
