using System.Text;

namespace Bullpen.Onnx.Probe.Recipes;

/// <summary>Builds a protobuf message in memory. Encoding: protobuf.dev/programming-guides/encoding.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();

    public ProtobufMessage Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Float(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Header(field, value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>The key and the length of a field whose bytes come later, or lie elsewhere.</summary>
    public ProtobufMessage Header(int field, long length)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
