using Bullpen.Core.Tensors;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>The names of element types in TensorFlow (DataType in tensorflow/core/framework/types.proto).</summary>
internal static class TensorFlowTypes
{
    internal static string NameOf(ElementType type) => type switch
    {
        ElementType.Float32 => "DT_FLOAT",
        ElementType.Float64 => "DT_DOUBLE",
        ElementType.Float16 => "DT_HALF",
        ElementType.BFloat16 => "DT_BFLOAT16",
        ElementType.Int8 => "DT_INT8",
        ElementType.Int16 => "DT_INT16",
        ElementType.Int32 => "DT_INT32",
        ElementType.Int64 => "DT_INT64",
        ElementType.UInt8 => "DT_UINT8",
        ElementType.UInt16 => "DT_UINT16",
        ElementType.UInt32 => "DT_UINT32",
        ElementType.UInt64 => "DT_UINT64",
        ElementType.Boolean => "DT_BOOL",
        ElementType.String => "DT_STRING",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type that a tensor can carry."),
    };
}
