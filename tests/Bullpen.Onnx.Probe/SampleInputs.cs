using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Probe;

/// <summary>Something to run any of the sample models on: a sentence, ones, a grey picture.</summary>
internal static class SampleInputs
{
    public static NamedTensor[] Of(ModelSignature signature) => signature.Inputs.Select(Of).ToArray();

    private static NamedTensor Of(TensorSpec spec)
    {
        var isPicture = spec is { Type: ElementType.UInt8, Shape.Rank: 3 };
        var shape = isPicture ? new TensorShape(480, 640, 3) : new TensorShape(spec.Shape.Dimensions.ToArray().Select(d => Math.Max(d, 1)).ToArray());
        if (spec.Type == ElementType.String)
            return new NamedTensor(spec.Name, Tensor.FromStrings(shape, Enumerable.Repeat("This movie was great!", (int)shape.ElementCount)));
        var bytes = new byte[shape.ElementCount * ElementTypes.SizeOf(spec.Type)];
        Array.Fill(bytes, isPicture ? (byte)127 : (byte)1);
        return new NamedTensor(spec.Name, Tensor.FromBytes(spec.Type, shape, bytes));
    }
}
