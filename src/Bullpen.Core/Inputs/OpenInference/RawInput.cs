using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// Tells a tensor from its bytes and the model's one input ("Raw Binary Request" of docs/protocol/extension_binary_data.md,
/// triton-inference-server/server): one dimension may be dynamic and follows from the number of bytes, and before it the batch's,
/// which is 1. Of strings there is one.
/// </summary>
internal static class RawInput
{
    /// <summary>Reads the request; its answer is wanted in binary.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidInput"/>.</exception>
    public static OpenInferenceRequest Read(ModelDescription model, ReadOnlyMemory<byte> data)
    {
        if (model.Signature.Inputs is not [var input])
            throw ServingException.InvalidInput(model.Name, "body", "inputs by name, for a model that takes several", "raw data alone");
        var tensor = input.Type == ElementType.String ? OneString(model, input, data) : Numbers(model, input, data);
        return new OpenInferenceRequest { Inputs = [new NamedTensor(input.Name, tensor)], WantsBinary = true };
    }

    private static Tensor OneString(ModelDescription model, TensorSpec input, ReadOnlyMemory<byte> data)
    {
        Span<long> ones = stackalloc long[input.Shape.Rank];
        ones.Fill(1);
        var shape = new TensorShape(ones);
        if (input.Shape.Accepts(shape)) return Tensor.FromStrings(shape, [data]);
        throw ServingException.InvalidInput(model.Name, input.Name, $"{input.Shape.ElementCount} strings, with a shape", "raw data alone");
    }

    private static Tensor Numbers(ModelDescription model, TensorSpec input, ReadOnlyMemory<byte> data)
    {
        var dimensions = input.Shape.Dimensions.ToArray();
        if (dimensions.Count(dimension => dimension == TensorShape.Dynamic) > 1 && dimensions[0] == TensorShape.Dynamic) dimensions[0] = 1;
        var open = Array.IndexOf(dimensions, TensorShape.Dynamic);
        if (open >= 0)
        {
            if (Array.LastIndexOf(dimensions, TensorShape.Dynamic) != open)
                throw ServingException.InvalidInput(model.Name, input.Name, $"data with a shape, for {input.Shape}", "raw data alone");
            dimensions[open] = 1;
            if (!new TensorShape(dimensions).TryCountElements(out var step) || step == 0 || step > Array.MaxLength)
                throw ServingException.InvalidInput(model.Name, input.Name, $"data with a shape, for {input.Shape}", "raw data alone");
            dimensions[open] = data.Length / (step * ElementTypes.SizeOf(input.Type));
        }

        return RawData.TryRead(input.Type, new TensorShape(dimensions), data, out var tensor, out var expected, out var actual)
            ? tensor
            : throw ServingException.InvalidInput(model.Name, input.Name, expected, actual);
    }
}
