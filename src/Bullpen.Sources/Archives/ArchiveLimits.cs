namespace Bullpen.Sources.Archives;

/// <summary>What an archive may hold at most.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Bytes of all its files together, unpacked. Default 8 GiB.</summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>Its files and folders. Default 10,000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Unpacked bytes for each byte of the archive that was read for them, beyond <see cref="RatioSlack"/>. Default 200.</summary>
    /// <remarks>Weights compress to about half; deflate reaches 1,032 at the most, with zeros.</remarks>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Unpacked bytes that <see cref="MaxRatio"/> lets pass: small archives of text may compress well. Default 16 MiB.</summary>
    public long RatioSlack { get; init; } = 16L << 20;

    /// <summary>Bytes of an entry's whole name in UTF-8. Default 1,024.</summary>
    public int MaxNameBytes { get; init; } = 1024;

    /// <summary>Bytes of one part of a name in UTF-8, as file systems have it. Default 255.</summary>
    public int MaxPartBytes { get; init; } = 255;

    /// <summary>Parts of a name. Default 16.</summary>
    public int MaxDepth { get; init; } = 16;

    /// <summary>Bytes of a tar entry's extended header, or of a zip's directory for each of <see cref="MaxEntries"/>. Default 64 KiB and 2 KiB.</summary>
    internal static (int TarHeader, int ZipDirectoryPerEntry) Overhead => (64 * 1024, 2 * 1024);
}
