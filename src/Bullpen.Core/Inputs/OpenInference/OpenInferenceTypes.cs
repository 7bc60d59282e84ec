using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// The names of element types in the Open Inference Protocol (specification/protocol/inference_rest.md, "Tensor data
/// types"), with BF16 as Triton adds it.
/// </summary>
public static class OpenInferenceTypes
{
    /// <summary>The protocol's name: <c>FP32</c>, <c>INT64</c>, <c>BYTES</c> for strings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not one that a tensor can carry.</exception>
    public static string NameOf(ElementType type) => type switch
    {
        ElementType.Boolean => "BOOL",
        ElementType.UInt8 => "UINT8",
        ElementType.UInt16 => "UINT16",
        ElementType.UInt32 => "UINT32",
        ElementType.UInt64 => "UINT64",
        ElementType.Int8 => "INT8",
        ElementType.Int16 => "INT16",
        ElementType.Int32 => "INT32",
        ElementType.Int64 => "INT64",
        ElementType.Float16 => "FP16",
        ElementType.Float32 => "FP32",
        ElementType.Float64 => "FP64",
        ElementType.BFloat16 => "BF16",
        ElementType.String => "BYTES",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type that a tensor can carry."),
    };

    /// <summary>The element type of a protocol's name; false where there is none of that name.</summary>
    public static bool TryParse(string name, out ElementType type)
    {
        type = name switch
        {
            "BOOL" => ElementType.Boolean,
            "UINT8" => ElementType.UInt8,
            "UINT16" => ElementType.UInt16,
            "UINT32" => ElementType.UInt32,
            "UINT64" => ElementType.UInt64,
            "INT8" => ElementType.Int8,
            "INT16" => ElementType.Int16,
            "INT32" => ElementType.Int32,
            "INT64" => ElementType.Int64,
            "FP16" => ElementType.Float16,
            "FP32" => ElementType.Float32,
            "FP64" => ElementType.Float64,
            "BF16" => ElementType.BFloat16,
            "BYTES" => ElementType.String,
            _ => ElementType.Undefined,
        };
        return type != ElementType.Undefined;
    }
}
