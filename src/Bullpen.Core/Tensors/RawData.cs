using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Bullpen.Core.Tensors;

/// <summary>
/// A tensor's elements as plain bytes, row-major and little-endian; a string is its length in 4 bytes, then its bytes. So
/// Triton's extension for binary tensor data has it (docs/protocol/extension_binary_data.md of triton-inference-server/server)
/// and the Open Inference Protocol's raw contents.
/// </summary>
public static class RawData
{
    private const int LengthSize = sizeof(uint);

    /// <summary>Reads a tensor, whose memory is that of <paramref name="data"/>. Nothing is allocated for what the data does not hold.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape, without dynamic dimensions.</param>
    /// <param name="data">All of the elements and nothing else.</param>
    /// <param name="tensor">The tensor, where there is one.</param>
    /// <param name="expected">Otherwise what type and shape call for, as a noun phrase.</param>
    /// <param name="actual">And what is there instead.</param>
    public static bool TryRead(
        ElementType type, TensorShape shape, ReadOnlyMemory<byte> data, [NotNullWhen(true)] out Tensor? tensor, out string expected, out string actual)
    {
        (tensor, expected, actual) = (null, "", $"{data.Length} bytes");
        if (!shape.TryCountElements(out var count))
        {
            expected = $"data for {ElementTypes.NameOf(type)}{shape}, more than any request holds";
            return false;
        }

        if (type == ElementType.String) return TryReadStrings(shape, count, data, out tensor, out expected, out actual);
        var needed = (Int128)count * ElementTypes.SizeOf(type);
        if (needed != data.Length)
        {
            expected = $"{needed} bytes for {ElementTypes.NameOf(type)}{shape}";
            return false;
        }

        if (type == ElementType.Boolean && data.Span.IndexOfAnyExceptInRange((byte)0, (byte)1) is var wrong and >= 0)
        {
            (expected, actual) = ("bytes of 0 or 1", $"{data.Span[wrong]} at element {wrong}");
            return false;
        }

        tensor = Tensor.FromBytes(type, shape, data);
        return true;
    }

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public static long SizeOf(Tensor tensor) =>
        tensor.Type == ElementType.String ? tensor.Strings.Sum(text => (long)LengthSize + text.Length) : tensor.Bytes.Length;

    /// <summary>Writes a tensor's elements.</summary>
    public static void Write(Tensor tensor, IBufferWriter<byte> to)
    {
        if (tensor.Type != ElementType.String)
        {
            to.Write(tensor.Bytes.Span);
            return;
        }

        foreach (var text in tensor.Strings)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(LengthSize), (uint)text.Length);
            to.Advance(LengthSize);
            to.Write(text.Span);
        }
    }

    private static bool TryReadStrings(
        TensorShape shape, long count, ReadOnlyMemory<byte> data, [NotNullWhen(true)] out Tensor? tensor, out string expected, out string actual)
    {
        (tensor, expected, actual) = (null, $"{count} strings for string{shape}, each after its length in {LengthSize} bytes", $"{data.Length} bytes");
        if (count > data.Length / LengthSize) return false;
        var strings = new ReadOnlyMemory<byte>[count];
        for (var at = 0; at < strings.Length; at++)
        {
            if (data.Length < LengthSize)
            {
                actual = $"{at} of them";
                return false;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(data.Span);
            data = data[LengthSize..];
            if (length > data.Length)
            {
                actual = $"a length of {length} at element {at}, of which {data.Length} bytes are there";
                return false;
            }

            strings[at] = data[..(int)length];
            data = data[(int)length..];
        }

        if (!data.IsEmpty)
        {
            actual = $"{data.Length} bytes more";
            return false;
        }

        tensor = Tensor.FromStrings(shape, strings);
        return true;
    }
}
