using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Bullpen.Tests.Sources;

/// <summary>Zip files with whatever entries a test wants.</summary>
internal static class CraftedZip
{
    internal static byte[] Of(Action<ZipArchive> write)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) write(zip);
        return bytes.ToArray();
    }

    internal static ZipArchiveEntry File(this ZipArchive zip, string name, string content = "content")
    {
        var entry = zip.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
        return entry;
    }

    /// <summary>Changes a 32-bit field of the first entry of the central directory: 20 the packed length, 24 the length, 16 the CRC-32.</summary>
    internal static byte[] WithField(byte[] zip, int field, uint value)
    {
        var at = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(at + field), value);
        return zip;
    }

    /// <summary>Many central entries that all share one local entry, as in a bomb that needs no nesting.</summary>
    internal static byte[] Overlapping(int entries, int unpackedBytes)
    {
        var zip = Of(archive =>
        {
            var entry = archive.CreateEntry("a", CompressionLevel.SmallestSize);
            using var stream = entry.Open();
            stream.Write(new byte[unpackedBytes]);
        });
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        var end = zip.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        using var bytes = new MemoryStream();
        bytes.Write(zip.AsSpan(0, directory));
        for (var index = 0; index < entries; index++)
        {
            var entry = zip.AsSpan(directory, end - directory).ToArray();
            entry[46] = (byte)('a' + index);
            bytes.Write(entry);
        }

        var length = bytes.Length - directory;
        var tail = zip.AsSpan(end).ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), (ushort)entries);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), (ushort)entries);
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(12), (uint)length);
        bytes.Write(tail);
        return bytes.ToArray();
    }
}
