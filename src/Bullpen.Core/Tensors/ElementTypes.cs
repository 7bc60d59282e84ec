namespace Bullpen.Core.Tensors;

/// <summary>What the server knows about element types beside their names.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element; 0 for <see cref="ElementType.String"/>, whose elements differ in length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not one that a tensor can carry.</exception>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Boolean => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.String => 0,
        _ => throw Unknown(type),
    };

    /// <summary>What is thrown where a type has no arm: a number that is read as another type's would be wrong, and nobody would notice.</summary>
    internal static ArgumentOutOfRangeException Unknown(ElementType type) => new(nameof(type), type, "Not an element type that a tensor can carry here.");

    /// <summary>True for the types that hold fractions, NaN and infinities.</summary>
    public static bool IsFloat(ElementType type) => type
        is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

    /// <summary>The name that messages use: <c>float32</c>, <c>int64</c>, <c>string</c>.</summary>
    public static string NameOf(ElementType type) => type.ToString().ToLowerInvariant();
}
