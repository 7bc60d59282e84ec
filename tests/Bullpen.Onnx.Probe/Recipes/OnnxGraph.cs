using System.Globalization;
using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Probe.Recipes;

/// <summary>
/// An ONNX model as it is being put together, and written to a file: opset 17, IR version 8 (fields by onnx.proto).
/// Weights are made while they are written, so that a model of any size takes no memory.
/// </summary>
internal sealed class OnnxGraph(int seed)
{
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly List<byte[]> _nodes = [];
    private readonly List<byte[]> _inputs = [];
    private readonly List<byte[]> _outputs = [];
    private readonly List<(byte[] Head, long Weights, float Scale, float Offset)> _initializers = [];
    private int _values;

    public string Input(string name, bool isInt64, params object[] shape)
    {
        _inputs.Add(ValueInfo(name, isInt64, shape));
        return name;
    }

    public void Output(string name, params object[] shape) => _outputs.Add(ValueInfo(name, isInt64: false, shape));

    /// <summary>A node of one output, whose name comes back.</summary>
    public string Node(string op, string[] inputs, params (string Name, object Value)[] attributes) => Named(op, $"v{_values++}", inputs, attributes);

    public string Named(string op, string output, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output).Text(3, $"{op}_{_nodes.Count}").Text(4, op);
        foreach (var (name, value) in attributes) node.Message(5, Attribute(name, value));
        _nodes.Add(node.ToArray());
        return output;
    }

    /// <summary>Random numbers, evenly from offset - scale to offset + scale; others for each weight and each seed.</summary>
    public string Weights(float scale, float offset, params int[] shape)
    {
        var count = shape.Aggregate(1L, (product, dimension) => product * dimension);
        var name = $"w{_initializers.Count}";
        _initializers.Add((TensorHead(name, FloatType, shape).Header(9, count * sizeof(float)).ToArray(), count, scale, offset));
        return name;
    }

    public string Scalar(float value)
    {
        var name = $"w{_initializers.Count}";
        _initializers.Add((TensorHead(name, FloatType).Bytes(9, BitConverter.GetBytes(value)).ToArray(), 0, 0, 0));
        return name;
    }

    public string Int64s(params long[] values) => Int64s([values.Length], values);

    public string Int64(long value) => Int64s([], [value]);

    public void WriteTo(string path)
    {
        var before = new ProtobufMessage();
        foreach (var node in _nodes) before.Bytes(1, node);
        before.Text(2, "random");
        var after = new ProtobufMessage();
        foreach (var input in _inputs) after.Bytes(11, input);
        foreach (var output in _outputs) after.Bytes(12, output);
        var weights = _initializers.Sum(weight => Header(weight).Length + LengthOf(weight));
        var (first, last) = (before.ToArray(), after.ToArray());
        var head = new ProtobufMessage()
            .Number(1, 8)
            .Text(2, "bullpen-recipe")
            .Message(8, new ProtobufMessage().Text(1, "").Number(2, 17))
            .Header(7, first.Length + weights + last.Length);

        using var file = File.Create(path);
        file.Write(head.ToArray());
        file.Write(first);
        for (var i = 0; i < _initializers.Count; i++)
        {
            file.Write(Header(_initializers[i]));
            file.Write(_initializers[i].Head);
            WriteWeights(file, i);
        }

        file.Write(last);
    }

    private static byte[] Header((byte[] Head, long Weights, float Scale, float Offset) weight) =>
        new ProtobufMessage().Header(5, LengthOf(weight)).ToArray();

    private static long LengthOf((byte[] Head, long Weights, float Scale, float Offset) weight) =>
        weight.Head.Length + weight.Weights * sizeof(float);

    private void WriteWeights(Stream file, int index)
    {
        var (_, left, scale, offset) = _initializers[index];
        // SplitMix64, so that a seed means the same bytes everywhere.
        var state = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)index * 0xD1B54A32D192ED03;
        var buffer = new float[16 * 1024];
        for (; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            for (var i = 0; i < part.Length; i++)
            {
                var mixed = state += 0x9E3779B97F4A7C15;
                mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                part[i] = offset + scale * ((mixed >> 40) * (2f / (1 << 24)) - 1f);
            }

            file.Write(MemoryMarshal.AsBytes(part));
        }
    }

    private string Int64s(int[] shape, long[] values)
    {
        var name = $"w{_initializers.Count}";
        var bytes = MemoryMarshal.AsBytes<long>(values);
        _initializers.Add((TensorHead(name, Int64Type, shape).Bytes(9, bytes).ToArray(), 0, 0, 0));
        return name;
    }

    private static ProtobufMessage TensorHead(string name, int type, params int[] shape)
    {
        var tensor = new ProtobufMessage();
        foreach (var dimension in shape) tensor.Number(1, dimension);
        return tensor.Number(2, type).Text(8, name);
    }

    private static ProtobufMessage Attribute(string name, object value)
    {
        var attribute = new ProtobufMessage().Text(1, name);
        switch (value)
        {
            case float number: return attribute.Float(2, number).Number(20, 1);
            case int number: return attribute.Number(3, number).Number(20, 2);
            case int[] numbers:
                foreach (var number in numbers) attribute.Number(8, number);
                return attribute.Number(20, 7);
            default: throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"An attribute cannot be {value}."), nameof(value));
        }
    }

    private static byte[] ValueInfo(string name, bool isInt64, object[] shape)
    {
        var dimensions = new ProtobufMessage();
        foreach (var dimension in shape)
        {
            dimensions.Message(1, dimension is int size
                ? new ProtobufMessage().Number(1, size)
                : new ProtobufMessage().Text(2, (string)dimension));
        }

        var tensor = new ProtobufMessage().Number(1, isInt64 ? Int64Type : FloatType).Message(2, dimensions);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, tensor)).ToArray();
    }
}
