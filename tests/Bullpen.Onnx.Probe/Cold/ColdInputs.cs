using System.Runtime.InteropServices;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>Inputs for the recipes' models: a batch of one.</summary>
internal static class ColdInputs
{
    /// <summary>The words of the first answer, which count in a cold load.</summary>
    private const int Tokens = 32;

    private const int SmallestVocabulary = 1000;

    public static NamedTensor[] Of(ModelSignature signature, int firstId, int tokens = Tokens, int step = 7)
    {
        var spec = signature.Inputs[0];
        if (spec.Type == ElementType.Int64)
        {
            var limit = step == 8 ? 30522 : SmallestVocabulary;
            var ids = Enumerable.Range(0, tokens).Select(i => (firstId + (long)i * step) % limit).ToArray();
            return [new NamedTensor(spec.Name, Tensor.FromBytes(spec.Type, new TensorShape(1, tokens), MemoryMarshal.AsBytes<long>(ids).ToArray()))];
        }

        var shape = new TensorShape(spec.Shape.Dimensions.ToArray().Select(dimension => Math.Max(1, dimension)).ToArray());
        var values = Enumerable.Repeat(0.5f, (int)shape.ElementCount).ToArray();
        return [new NamedTensor(spec.Name, Tensor.FromValues<float>(spec.Type, shape, values))];
    }
}
