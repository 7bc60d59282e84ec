using Bullpen.Core.Tensors;

namespace Bullpen.Core.Runtimes;

/// <summary>
/// Tells whether a model has rows that can be counted: every input and output has them along axis 0, as many as a request likes
/// (as the ONNX Runtime backend of Triton has it, ModelState::AutoCompleteMaxBatch).
/// </summary>
internal static class Batching
{
    /// <summary>What is in the way, as a clause without a full stop that names the tensor; null: nothing is.</summary>
    /// <param name="signature">What the model's file says.</param>
    /// <param name="takesPictures">Whether its input is said to be pictures; null: nobody says, and the signature decides.</param>
    internal static string? ObstacleOf(ModelSignature signature, bool? takesPictures)
    {
        if (signature.Inputs is [{ Shape.Rank: 3 } only] && (takesPictures ?? IsPicture(only)))
            return $"its input {only.Name} is one picture, [height, width, channels]";
        return Fixed("input", signature.Inputs) ?? Fixed("output", signature.Outputs);
    }

    private static bool IsPicture(TensorSpec input) => input.Type == ElementType.UInt8 && input.Shape[2] is 3 or TensorShape.Dynamic;

    private static string? Fixed(string side, IReadOnlyList<TensorSpec> tensors)
    {
        var found = tensors.FirstOrDefault(tensor => tensor.Shape.Rank == 0 || tensor.Shape[0] != TensorShape.Dynamic);
        return found is null ? null : $"the first dimension of its {side} {found.Name}, {ElementTypes.NameOf(found.Type)}{found.Shape}, is not open";
    }
}
