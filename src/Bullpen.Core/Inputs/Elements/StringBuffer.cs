using System.Text;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>The elements of a string tensor.</summary>
internal sealed class StringBuffer(int count, ElementReading reading) : TensorBuffer(ElementType.String)
{
    private readonly ReadOnlyMemory<byte>[] _strings = new ReadOnlyMemory<byte>[count];

    /// <inheritdoc/>
    public override bool TrySet(int index, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return reading == ElementReading.OfTables;
        if (BinaryValue.TryRead(value, out var bytes))
        {
            _strings[index] = bytes;
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !JsonText.TryGetUtf8(value, out var utf8)) return false;
        _strings[index] = utf8.ToArray();
        return true;
    }

    /// <inheritdoc/>
    public override bool TrySet(int index, ReadOnlySpan<char> text)
    {
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        _strings[index] = utf8;
        return true;
    }

    /// <inheritdoc/>
    public override Tensor ToTensor(TensorShape shape) => Tensor.FromStrings(shape, _strings);
}
