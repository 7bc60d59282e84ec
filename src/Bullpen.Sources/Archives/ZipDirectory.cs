using System.Buffers.Binary;

namespace Bullpen.Sources.Archives;

/// <summary>
/// Counts the entries of a zip's central directory before the framework's reader, which takes any number, makes an object
/// of each (APPNOTE.TXT 4.3.12, 4.3.14 to 4.3.16).
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int EntryLength = 46;
    private const int LocatorLength = 20;
    private const int End64Length = 56;

    private static ReadOnlySpan<byte> End => "PK\u0005\u0006"u8;

    private static ReadOnlySpan<byte> Locator => "PK\u0006\u0007"u8;

    private static ReadOnlySpan<byte> Entry => "PK\u0001\u0002"u8;

    /// <summary>Refuses a directory that is larger, or has more entries, than the limits allow.</summary>
    internal static void Check(FileStream file, ArchiveLimits limits)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndLength + ushort.MaxValue)];
        var tailAt = file.Length - tail.Length;
        RandomAccess.Read(file.SafeFileHandle, tail, tailAt);
        var at = tail.AsSpan().LastIndexOf(End);
        if (at < 0 || tail.Length - at < EndLength) throw new InvalidDataException("No end of a central directory.");

        if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 4)) != 0) throw ArchiveException.Whole("it is a part of several files");

        // Which of two directories a reader takes depends on fields that anybody may set: both must be within the limits.
        Walk(file, BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16)), limits);
        if (Start64(file, tailAt + at) is { } start64) Walk(file, start64, limits);
    }

    private static long? Start64(FileStream file, long end)
    {
        Span<byte> locator = stackalloc byte[LocatorLength];
        Span<byte> end64 = stackalloc byte[End64Length];
        if (end < LocatorLength || RandomAccess.Read(file.SafeFileHandle, locator, end - LocatorLength) < LocatorLength || !locator.StartsWith(Locator)) return null;
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (at < 0 || RandomAccess.Read(file.SafeFileHandle, end64, at) < End64Length) throw new InvalidDataException("No zip64 end of a central directory.");
        return BinaryPrimitives.ReadInt64LittleEndian(end64[48..]);
    }

    private static void Walk(FileStream file, long at, ArchiveLimits limits)
    {
        var most = (long)limits.MaxEntries * ArchiveLimits.Overhead.ZipDirectoryPerEntry;
        var start = at;
        Span<byte> entry = stackalloc byte[EntryLength];
        for (var count = 0; at >= 0 && RandomAccess.Read(file.SafeFileHandle, entry, at) == EntryLength && entry.StartsWith(Entry);)
        {
            if (++count > limits.MaxEntries) throw ArchiveException.Whole($"it has more than {limits.MaxEntries:N0} entries");
            at += EntryLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[28..])
                + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if (at - start > most) throw ArchiveException.Whole($"its directory takes more than {most:N0} bytes");
        }
    }
}
