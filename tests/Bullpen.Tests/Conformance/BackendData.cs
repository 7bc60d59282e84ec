using Bullpen.Core.Tensors;

namespace Bullpen.Tests.Conformance;

/// <summary>A set of inputs and of the outputs expected for them, in the order of the model's.</summary>
internal sealed record BackendData(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs)
{
    /// <summary>Reads a folder of <c>input_N.pb</c> and <c>output_N.pb</c>, one <c>TensorProto</c> each.</summary>
    internal static BackendData Read(string folder, PlainSession model) =>
        new(Read(folder, "input", model.InputTypes), Read(folder, "output", model.OutputTypes));

    private static List<Tensor> Read(string folder, string role, IReadOnlyList<ElementType> types)
    {
        var tensors = new List<Tensor>();
        for (var path = PathOf(0); File.Exists(path); path = PathOf(tensors.Count))
        {
            var tensor = TensorFile.Read(path);
            // ONNX 1.12, which made the data, had no bfloat16 of its own: the bits are those, the type is not.
            var isDisguised = tensor.Type == ElementType.UInt16 && types[tensors.Count] == ElementType.BFloat16;
            tensors.Add(isDisguised ? Tensor.FromBytes(ElementType.BFloat16, tensor.Shape, tensor.Bytes) : tensor);
        }

        return tensors;

        string PathOf(int at) => Path.Combine(folder, $"{role}_{at}.pb");
    }
}
