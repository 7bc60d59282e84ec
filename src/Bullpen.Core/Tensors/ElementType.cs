namespace Bullpen.Core.Tensors;

/// <summary>
/// The type of one tensor element. Values are those of <c>TensorProto.DataType</c> in onnx.proto,
/// so that an adapter converts by a cast.
/// </summary>
public enum ElementType
{
    /// <summary>No type: never carried by a tensor.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 binary32, 4 bytes.</summary>
    Float32 = 1,

    /// <summary>Unsigned, 1 byte.</summary>
    UInt8 = 2,

    /// <summary>Signed, 1 byte.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 2 bytes.</summary>
    UInt16 = 4,

    /// <summary>Signed, 2 bytes.</summary>
    Int16 = 5,

    /// <summary>Signed, 4 bytes.</summary>
    Int32 = 6,

    /// <summary>Signed, 8 bytes.</summary>
    Int64 = 7,

    /// <summary>A sequence of bytes, UTF-8 by convention; any length, NUL included.</summary>
    String = 8,

    /// <summary>1 byte, 0 or 1.</summary>
    Boolean = 9,

    /// <summary>IEEE 754 binary16, 2 bytes.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary64, 8 bytes.</summary>
    Float64 = 11,

    /// <summary>Unsigned, 4 bytes.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 8 bytes.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a binary32, 2 bytes.</summary>
    BFloat16 = 16,
}
