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

    /// <summary>
    /// Two directories: one of a single entry, and one of many. One is where the zip's end says it is, the other where its zip64 end says.
    /// </summary>
    internal static byte[] WithTwoDirectories(int entries, ushort disk, bool isRealOne64)
    {
        var zip = Of(archive => archive.File("a"));
        var directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        var entry = zip.AsSpan(directory, zip.AsSpan().LastIndexOf("PK\u0005\u0006"u8) - directory).ToArray();
        using var bytes = new MemoryStream();
        bytes.Write(zip.AsSpan(0, directory));
        bytes.Write(entry);
        bytes.Write(new byte[4]);
        var many = bytes.Length;
        for (var index = 0; index < entries; index++) bytes.Write(entry);
        var end64At = bytes.Length;

        var end64 = new byte[56];
        "PK\u0006\u0006"u8.CopyTo(end64);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(24), isRealOne64 ? entries : 1);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(32), isRealOne64 ? entries : 1);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(40), isRealOne64 ? end64At - many : entry.Length);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(48), isRealOne64 ? many : directory);
        bytes.Write(end64);

        var locator = new byte[20];
        "PK\u0006\u0007"u8.CopyTo(locator);
        BinaryPrimitives.WriteInt64LittleEndian(locator.AsSpan(8), end64At);
        BinaryPrimitives.WriteInt32LittleEndian(locator.AsSpan(16), 1);
        bytes.Write(locator);

        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(4), disk);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(6), disk);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)entry.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)(isRealOne64 ? directory : many));
        bytes.Write(end);
        return bytes.ToArray();
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
