using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Bullpen.Tests.Sources;

/// <summary>Gzip-compressed tar files with whatever entries a test wants.</summary>
internal static class CraftedTar
{
    internal static byte[] Of(Action<TarWriter> write) => Gzip(stream =>
    {
        using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        write(tar);
    });

    internal static byte[] Gzip(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize)) write(gzip);
        return bytes.ToArray();
    }

    internal static void File(this TarWriter tar, string name, string content = "content", UnixFileMode mode = UnixFileMode.UserRead) => tar.WriteEntry(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = mode });

    internal static void Entry(this TarWriter tar, TarEntryType type, string name, string link = "")
    {
        var entry = new PaxTarEntry(type, name);
        if (link.Length > 0) entry.LinkName = link;
        tar.WriteEntry(entry);
    }

    /// <summary>A header of the old format, with fields as they are given.</summary>
    internal static byte[] RawHeader(string name, char type, string octalSize)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name, header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(octalSize.PadLeft(11, '0'), header.AsSpan(124));
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        "        "u8.CopyTo(header.AsSpan(148));
        header[156] = (byte)type;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        var sum = header.Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        return header;
    }
}
