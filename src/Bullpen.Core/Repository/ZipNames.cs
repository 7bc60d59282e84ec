using System.Buffers.Binary;
using System.Text;

namespace Bullpen.Core.Repository;

/// <summary>
/// The names in a zip file, from its central directory, within fixed bounds and without unpacking anything (APPNOTE.TXT
/// 4.3.12, 4.3.14–16). A damaged zip gives what can be read.
/// </summary>
internal static class ZipNames
{
    private const int MaxDirectoryBytes = 1024 * 1024;
    private const int MaxNames = 10_000;
    private const int EndLength = 22;
    private const int EntryLength = 46;

    private static ReadOnlySpan<byte> EndSignature => "PK\u0005\u0006"u8;

    private static ReadOnlySpan<byte> End64Signature => "PK\u0006\u0006"u8;

    private static ReadOnlySpan<byte> LocatorSignature => "PK\u0006\u0007"u8;

    private static ReadOnlySpan<byte> EntrySignature => "PK\u0001\u0002"u8;

    /// <summary>Up to 10,000 names from the directory's first MiB.</summary>
    public static IReadOnlyList<string> Read(FileSample file)
    {
        var place = FindDirectory(file);
        if (place is null)
            return [];

        var directory = new byte[Math.Min(place.Value.Length, MaxDirectoryBytes)];
        ReadOnlySpan<byte> rest = directory.AsSpan(0, file.Read(place.Value.Offset, directory));
        var names = new List<string>();
        while (names.Count < MaxNames && rest.Length >= EntryLength && rest.StartsWith(EntrySignature))
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int comment = BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (rest.Length < EntryLength + name)
                break;
            names.Add(Encoding.UTF8.GetString(rest.Slice(EntryLength, name)));
            rest = rest[Math.Min(rest.Length, EntryLength + name + extra + comment)..];
        }

        return names;
    }

    private static (long Offset, long Length)? FindDirectory(FileSample file)
    {
        // The record of the end may be followed by a comment of up to 64 KiB.
        var tail = new byte[Math.Min(file.Length, EndLength + ushort.MaxValue)];
        var tailOffset = file.Length - tail.Length;
        ReadOnlySpan<byte> read = tail.AsSpan(0, file.Read(tailOffset, tail));
        var at = read.LastIndexOf(EndSignature);
        if (at < 0 || read.Length - at < EndLength)
            return null;

        long length = BinaryPrimitives.ReadUInt32LittleEndian(read[(at + 12)..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(read[(at + 16)..]);
        (offset, length) = offset == uint.MaxValue ? FindDirectory64(file, tailOffset + at) : (offset, length);
        return offset >= 0 && offset < file.Length && length > 0 ? (offset, length) : null;
    }

    private static (long Offset, long Length) FindDirectory64(FileSample file, long endOffset)
    {
        Span<byte> locator = stackalloc byte[20];
        Span<byte> end = stackalloc byte[56];
        if (endOffset < locator.Length || file.Read(endOffset - locator.Length, locator) < locator.Length || !locator.StartsWith(LocatorSignature))
            return (-1, 0);
        var end64 = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (end64 < 0 || end64 >= file.Length || file.Read(end64, end) < end.Length || !end.StartsWith(End64Signature))
            return (-1, 0);
        return (BinaryPrimitives.ReadInt64LittleEndian(end[48..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]));
    }
}
