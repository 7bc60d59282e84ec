using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Bullpen.Onnx;

/// <summary>Reads a session's inputs, outputs and metadata, and refuses the kinds that cannot be served.</summary>
internal static class SignatureReader
{
    /// <summary>The signature.</summary>
    /// <exception cref="ServingException">An input or output is of a kind that cannot be served.</exception>
    public static ModelSignature Read(InferenceSession session, string model)
    {
        var metadata = session.ModelMetadata;
        return new ModelSignature
        {
            Inputs = session.InputNames.Select(name => InputSpec(name, session.InputMetadata[name], model)).ToArray(),
            Outputs = session.OutputNames.Select(name => OutputSpec(name, session.OutputMetadata[name], model)).ToArray(),
            Metadata = metadata.CustomMetadataMap,
            Description = metadata.Description,
        };
    }

    private static TensorSpec InputSpec(string name, NodeMetadata node, string model) =>
        TensorSpecOf(name, node) ?? throw Unsupported(model, "input", name, node, "Only tensors can be given");

    /// <summary>A map, or a sequence of maps, from label to float32 is served as a table of scores: one row for each map.</summary>
    private static TensorSpec OutputSpec(string name, NodeMetadata node, string model)
    {
        if (TensorSpecOf(name, node) is { } spec) return spec;
        if (IsScores(node)) return new TensorSpec(name, ElementType.Float32, new TensorShape(1, TensorShape.Dynamic));
        if (node.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE && IsScores(node.AsSequenceMetadata().ElementMeta))
            return new TensorSpec(name, ElementType.Float32, new TensorShape(TensorShape.Dynamic, TensorShape.Dynamic));
        throw Unsupported(
            model, "output", name, node, "Only tensors, and maps from string or int64 to float32 or sequences of these, can be returned");
    }

    private static TensorSpec? TensorSpecOf(string name, NodeMetadata node)
    {
        if (node.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || !IsServed(node.ElementDataType)) return null;
        var dimensions = Array.ConvertAll(node.Dimensions, d => d < 0 ? TensorShape.Dynamic : d);
        return new TensorSpec(name, (ElementType)node.ElementDataType, new TensorShape(dimensions));
    }

    private static bool IsScores(NodeMetadata node)
    {
        if (node.OnnxValueType != OnnxValueType.ONNX_TYPE_MAP) return false;
        var map = node.AsMapMetadata();
        return map.KeyDataType is TensorElementType.String or TensorElementType.Int64
            && map.ValueMetadata.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
            && map.ValueMetadata.ElementDataType == TensorElementType.Float;
    }

    private static bool IsServed(TensorElementType type) =>
        (ElementType)type != ElementType.Undefined && Enum.IsDefined((ElementType)type);

    private static ServingException Unsupported(string model, string role, string name, NodeMetadata node, string rule) =>
        new(ServingErrorKind.InvalidModel, $"Model {model}: the {role} {name} is {Describe(node)}. {rule}.")
        {
            Model = model,
            Field = name,
            Actual = Describe(node),
        };

    private static string Describe(NodeMetadata node) => node.OnnxValueType switch
    {
        OnnxValueType.ONNX_TYPE_TENSOR => $"a tensor of {TypeName(node.ElementDataType)}",
        OnnxValueType.ONNX_TYPE_SPARSETENSOR => "a sparse tensor",
        OnnxValueType.ONNX_TYPE_SEQUENCE => $"a sequence, each element {Describe(node.AsSequenceMetadata().ElementMeta)}",
        OnnxValueType.ONNX_TYPE_OPTIONAL => $"an optional value, {Describe(node.AsOptionalMetadata().ElementMeta)}",
        OnnxValueType.ONNX_TYPE_MAP =>
            $"a map from {TypeName(node.AsMapMetadata().KeyDataType)} to {Describe(node.AsMapMetadata().ValueMetadata)}",
        _ => "of an unknown kind",
    };

    private static string TypeName(TensorElementType type) =>
        IsServed(type) ? ElementTypes.NameOf((ElementType)type) : type.ToString().ToLowerInvariant();
}
