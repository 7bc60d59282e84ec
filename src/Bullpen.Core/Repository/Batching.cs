using Bullpen.Core.Tensors;

namespace Bullpen.Core.Repository;

/// <summary>
/// Tells whether a model has rows that can be counted, which <c>maxBatchSize</c> needs: every input and output has them along axis 0, as
/// many as a request likes (as the ONNX Runtime backend of Triton has it, ModelState::AutoCompleteMaxBatch).
/// </summary>
public static class Batching
{
    /// <summary>What is in the way, as a clause without a full stop that names the tensor; null: nothing is.</summary>
    public static string? ObstacleOf(ModelDescription model)
    {
        var (definition, signature) = model;
        var isOnePicture = signature.Inputs is [{ Shape.Rank: 3 } only] && definition.Manifest.Input switch
        {
            InputKind.Image => true,
            // As it is told from the signature where nobody says.
            InputKind.Auto => only.Type == ElementType.UInt8 && only.Shape[2] is 3 or TensorShape.Dynamic,
            _ => false,
        };
        if (isOnePicture) return $"its input {signature.Inputs[0].Name} is one picture, [height, width, channels]";
        return Fixed("input", signature.Inputs) ?? Fixed("output", signature.Outputs);
    }

    private static string? Fixed(string side, IReadOnlyList<TensorSpec> tensors)
    {
        var found = tensors.FirstOrDefault(tensor => tensor.Shape.Rank == 0 || tensor.Shape[0] != TensorShape.Dynamic);
        return found is null ? null : $"the first dimension of its {side} {found.Name}, {ElementTypes.NameOf(found.Type)}{found.Shape}, is not open";
    }
}
