using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>The elements of a tensor of fixed-size elements.</summary>
internal sealed class NumberBuffer<T, TCodec>(ElementType type, int count, ElementReading reading) : TensorBuffer(type)
    where T : unmanaged
    where TCodec : struct, INumberCodec<T>
{
    private const int LongestNumber = 128;

    private static readonly SearchValues<byte> AfterNumber = SearchValues.Create(",] \t\r\n"u8);

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(checked(count * ElementTypes.SizeOf(type)));

    private bool IsStrict => reading == ElementReading.Strict;

    private Span<T> Elements => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());

    /// <inheritdoc/>
    public override bool TrySet(int index, JsonElement value)
    {
        ref var element = ref Elements[index];
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when !(IsStrict && Type == ElementType.Boolean):
                return TCodec.TryParse(JsonMarshal.GetRawUtf8Value(value), out element);
            case JsonValueKind.True or JsonValueKind.False when !IsStrict || Type == ElementType.Boolean:
                element = TCodec.FromBoolean(value.ValueKind == JsonValueKind.True);
                return true;
            case JsonValueKind.Null when !IsStrict:
                return TCodec.TryGetMissing(out element);
            case JsonValueKind.String when ElementTypes.IsFloat(Type):
                return TCodec.TryParseWord(JsonMarshal.GetRawUtf8Value(value)[1..^1], out element);
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool TrySet(int index, ReadOnlySpan<char> text)
    {
        ref var element = ref Elements[index];
        text = text.Trim();
        if (text.IsEmpty) return TCodec.TryGetMissing(out element);
        Span<byte> ascii = stackalloc byte[LongestNumber];
        if (System.Text.Ascii.FromUtf16(text, ascii, out var length) != OperationStatus.Done) return false;
        return TCodec.TryParse(ascii[..length], out element) || TCodec.TryParseWord(ascii[..length], out element);
    }

    /// <inheritdoc/>
    public override int SetRun(int start, JsonElement array)
    {
        if (IsStrict && Type == ElementType.Boolean) return base.SetRun(start, array);

        // A long run is read from its text, which spares the walk over the document's tokens; what is not a number
        // is left to the walk.
        var text = JsonMarshal.GetRawUtf8Value(array);
        var elements = Elements[start..];
        var set = 0;
        for (var at = 1; ; set++)
        {
            while (text[at] is (byte)' ' or (byte)',' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
            if (text[at] == ']') return set;
            if (text[at] != '-' && (uint)(text[at] - '0') > 9) return base.SetRun(start, array);
            var length = text[at..].IndexOfAny(AfterNumber);
            if (!TCodec.TryParse(text.Slice(at, length), out elements[set])) return set;
            at += length;
        }
    }

    /// <inheritdoc/>
    public override Tensor ToTensor(TensorShape shape) => Tensor.FromBytes(Type, shape, _bytes);
}
