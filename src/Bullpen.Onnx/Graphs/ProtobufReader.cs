namespace Bullpen.Onnx.Graphs;

/// <summary>Reads the fields of a protobuf message in memory, one after the other. Encoding: protobuf.dev/programming-guides/encoding.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>The next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">These are no fields.</exception>
    public bool TryRead(out Field field)
    {
        field = default;
        if (_position == _message.Length) return false;
        var start = _position;
        var tag = Varint();
        var valueStart = _position;
        switch (tag & 7)
        {
            case 0: _ = Varint(); break;
            case 1: Skip(8); break;
            case 5: Skip(4); break;
            case 2:
                var length = Varint();
                valueStart = _position;
                Skip(length);
                break;
            default: throw new InvalidDataException("This is no protobuf message.");
        }

        field = new Field(tag >> 3, (tag & 7) == 2, _message[start.._position], _message[valueStart.._position]);
        return true;
    }

    private void Skip(ulong length)
    {
        if (length > (ulong)(_message.Length - _position)) throw new InvalidDataException("This protobuf message is cut short.");
        _position += (int)length;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position == _message.Length) throw new InvalidDataException("This protobuf message is cut short.");
            var read = _message[_position++];
            value |= (ulong)(read & 0x7F) << shift;
            if (read < 0x80) return value;
        }

        throw new InvalidDataException("This is no protobuf message.");
    }

    /// <summary>One field: its number, whether it is length-delimited, all its bytes, and those of its value.</summary>
    internal readonly ref struct Field(ulong number, bool isBytes, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> value)
    {
        public ulong Number { get; } = number;

        public bool IsBytes { get; } = isBytes;

        public ReadOnlySpan<byte> Whole { get; } = whole;

        public ReadOnlySpan<byte> Value { get; } = value;
    }
}
