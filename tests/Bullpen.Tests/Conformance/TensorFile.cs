using System.Buffers.Binary;
using Bullpen.Core.Tensors;
using Bullpen.Onnx.Graphs;

namespace Bullpen.Tests.Conformance;

/// <summary>Reads a file that is one <c>TensorProto</c> of onnx.proto; its elements are in one field of raw bytes, or in one of numbers.</summary>
internal static class TensorFile
{
    private const int Dimensions = 1;
    private const int DataType = 2;
    private const int Floats = 4;
    private const int Strings = 6;
    private const int Raw = 9;
    private const int Doubles = 10;

    /// <summary>Fields of varints: int32_data, int64_data, uint64_data.</summary>
    private static readonly ulong[] Whole = [5, 7, 11];

    internal static Tensor Read(string path)
    {
        var message = new ProtobufReader(File.ReadAllBytes(path));
        var type = ElementType.Undefined;
        var dimensions = new List<long>();
        var wholes = new List<ulong>();
        var strings = new List<ReadOnlyMemory<byte>>();
        byte[] bytes = [];
        while (message.TryRead(out var field))
        {
            if (field.Number == Dimensions) dimensions.AddRange(Varints(field.Value).Select(value => (long)value));
            else if (field.Number == DataType) type = (ElementType)Varints(field.Value)[0];
            else if (field.Number == Strings) strings.Add(field.Value.ToArray());
            else if (field.Number is Floats or Doubles or Raw) bytes = [.. bytes, .. field.Value];
            else if (Whole.Contains(field.Number)) wholes.AddRange(Varints(field.Value));
        }

        var shape = new TensorShape([.. dimensions]);
        if (type == ElementType.String) return Tensor.FromStrings(shape, [.. strings]);
        return Tensor.FromBytes(type, shape, wholes.Count > 0 ? Packed(wholes, ElementTypes.SizeOf(type)) : bytes);
    }

    /// <summary>The lowest bytes of each.</summary>
    private static byte[] Packed(List<ulong> values, int size)
    {
        var bytes = new byte[values.Count * size];
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        for (var at = 0; at < values.Count; at++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(whole, values[at]);
            whole[..size].CopyTo(bytes.AsSpan(at * size));
        }

        return bytes;
    }

    private static List<ulong> Varints(ReadOnlySpan<byte> bytes)
    {
        var values = new List<ulong>();
        var (value, shift) = (0UL, 0);
        foreach (var read in bytes)
        {
            value |= (ulong)(read & 0x7F) << shift;
            shift += 7;
            if (read >= 0x80) continue;
            values.Add(value);
            (value, shift) = (0, 0);
        }

        return values;
    }
}
