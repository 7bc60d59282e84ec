using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>
/// The elements of a tensor while a request's values are written into it, at any index and in any order. Writing tells
/// whether the element type can hold the value; the caller, who knows where the value stood, reports it.
/// </summary>
internal abstract class TensorBuffer(ElementType type)
{
    /// <summary>The element type.</summary>
    public ElementType Type { get; } = type;

    /// <summary>What an element may be, as a noun phrase for a message.</summary>
    public string Expected => Type switch
    {
        ElementType.String => "a string",
        ElementType.Boolean => "true or false",
        ElementType.Float32 or ElementType.Float64 => "a number",
        ElementType.Float16 or ElementType.BFloat16 => $"a number in {ElementTypes.NameOf(Type)}'s range",
        ElementType.Int8 => Whole(sbyte.MinValue, (ulong)sbyte.MaxValue),
        ElementType.Int16 => Whole(short.MinValue, (ulong)short.MaxValue),
        ElementType.Int32 => Whole(int.MinValue, int.MaxValue),
        ElementType.Int64 => Whole(long.MinValue, long.MaxValue),
        ElementType.UInt8 => Whole(0, byte.MaxValue),
        ElementType.UInt16 => Whole(0, ushort.MaxValue),
        ElementType.UInt32 => Whole(0, uint.MaxValue),
        ElementType.UInt64 => Whole(0, ulong.MaxValue),
        _ => throw ElementTypes.Unknown(Type),
    };

    /// <summary>A buffer of <paramref name="count"/> elements, not yet set.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="reading">What JSON may stand for an element.</param>
    public static TensorBuffer Create(ElementType type, int count, ElementReading reading) => type switch
    {
        ElementType.String => new StringBuffer(count, reading),
        ElementType.Boolean => new NumberBuffer<byte, BooleanCodec>(type, count, reading),
        ElementType.Float32 => new NumberBuffer<float, Float32Codec>(type, count, reading),
        ElementType.Float64 => new NumberBuffer<double, Float64Codec>(type, count, reading),
        ElementType.Float16 => new NumberBuffer<Half, Float16Codec>(type, count, reading),
        ElementType.BFloat16 => new NumberBuffer<ushort, BFloat16Codec>(type, count, reading),
        ElementType.Int8 => new NumberBuffer<sbyte, IntegerCodec<sbyte>>(type, count, reading),
        ElementType.Int16 => new NumberBuffer<short, IntegerCodec<short>>(type, count, reading),
        ElementType.Int32 => new NumberBuffer<int, IntegerCodec<int>>(type, count, reading),
        ElementType.Int64 => new NumberBuffer<long, IntegerCodec<long>>(type, count, reading),
        ElementType.UInt8 => new NumberBuffer<byte, IntegerCodec<byte>>(type, count, reading),
        ElementType.UInt16 => new NumberBuffer<ushort, IntegerCodec<ushort>>(type, count, reading),
        ElementType.UInt32 => new NumberBuffer<uint, IntegerCodec<uint>>(type, count, reading),
        ElementType.UInt64 => new NumberBuffer<ulong, IntegerCodec<ulong>>(type, count, reading),
        _ => throw ElementTypes.Unknown(type),
    };

    /// <summary>
    /// Sets one element from a JSON scalar: a number, true or false, a string for string elements, one of the words NaN,
    /// Infinity, -Infinity for floats; null, and what else <see cref="ElementReading"/> allows. False where the type cannot hold it.
    /// </summary>
    public abstract bool TrySet(int index, JsonElement value);

    /// <summary>
    /// Sets one element from the text of a CSV cell; an empty cell is a missing value. False where the type cannot
    /// hold it.
    /// </summary>
    public abstract bool TrySet(int index, ReadOnlySpan<char> text);

    /// <summary>
    /// Sets elements from <paramref name="start"/> on from an array of scalars: the number of those set, less than
    /// the array's length where one cannot be held.
    /// </summary>
    public virtual int SetRun(int start, JsonElement array)
    {
        var set = 0;
        foreach (var value in array.EnumerateArray())
        {
            if (!TrySet(start + set, value)) break;
            set++;
        }

        return set;
    }

    /// <summary>The tensor; the buffer is not written to any more.</summary>
    public abstract Tensor ToTensor(TensorShape shape);

    private static string Whole(long from, ulong to) =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}");
}
