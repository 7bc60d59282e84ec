namespace Bullpen.Core.Repository;

/// <summary>
/// The outermost fields of a file read as a protobuf message: numbers, wire types and places, without reading what is in
/// them. Encoding: protobuf.dev/programming-guides/encoding.
/// </summary>
internal sealed class ProtobufOutline
{
    private const int MaxFields = 512;
    private const int MaxHeaderLength = 20;

    private ProtobufOutline(IReadOnlyList<Field> fields, OutlineEnd end)
    {
        Fields = fields;
        End = end;
    }

    /// <summary>How an outline ended.</summary>
    internal enum OutlineEnd
    {
        /// <summary>At the file's last byte.</summary>
        Complete,

        /// <summary>At the field that was looked for, or at the limit of fields.</summary>
        Stopped,

        /// <summary>In a field (the last of <see cref="Fields"/>) that reaches beyond the file's end.</summary>
        CutShort,

        /// <summary>At bytes that begin no field.</summary>
        Malformed,
    }

    /// <summary>The fields in the file's order.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Why there are no more.</summary>
    public OutlineEnd End { get; }

    /// <summary>Reads fields until the file ends, or after the field with the number <paramref name="stopAfter"/>.</summary>
    public static ProtobufOutline Read(FileSample file, int stopAfter)
    {
        var fields = new List<Field>();
        long position = 0;
        Span<byte> header = stackalloc byte[MaxHeaderLength];
        while (position < file.Length)
        {
            if (fields.Count == MaxFields)
                return new ProtobufOutline(fields, OutlineEnd.Stopped);

            var rest = HeaderAt(file, position, header);
            if (!TryReadVarint(rest, out var tag, out var used) || tag >> 3 is 0 or > 536_870_911)
                return new ProtobufOutline(fields, OutlineEnd.Malformed);

            var number = (int)(tag >> 3);
            var wireType = (int)(tag & 7);
            long length;
            switch (wireType)
            {
                case 0 when TryReadVarint(rest[used..], out _, out var valueLength):
                    length = valueLength;
                    break;
                case 1:
                    length = 8;
                    break;
                case 2 when TryReadVarint(rest[used..], out var announced, out var lengthLength) && announced <= long.MaxValue / 2:
                    used += lengthLength;
                    length = (long)announced;
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    return new ProtobufOutline(fields, OutlineEnd.Malformed);
            }

            fields.Add(new Field(number, wireType, position + used, length));
            position += used + length;
            if (position > file.Length)
                return new ProtobufOutline(fields, OutlineEnd.CutShort);
            if (number == stopAfter)
                return new ProtobufOutline(fields, OutlineEnd.Stopped);
        }

        return new ProtobufOutline(fields, OutlineEnd.Complete);
    }

    private static ReadOnlySpan<byte> HeaderAt(FileSample file, long position, Span<byte> buffer)
    {
        var prefix = file.Prefix.Span;
        return position + MaxHeaderLength <= prefix.Length || prefix.Length == file.Length
            ? prefix[(int)position..]
            : buffer[..file.Read(position, buffer)];
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> bytes, out ulong value, out int length)
    {
        value = 0;
        for (length = 0; length < Math.Min(10, bytes.Length); length++)
        {
            value |= (ulong)(bytes[length] & 0x7F) << (7 * length);
            if (bytes[length] < 0x80)
            {
                length++;
                return true;
            }
        }

        return false;
    }

    /// <summary>One field: its number, its wire type, and where its value lies.</summary>
    internal readonly record struct Field(int Number, int WireType, long Offset, long Length);
}
