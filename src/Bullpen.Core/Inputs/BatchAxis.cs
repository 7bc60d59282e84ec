using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>Tells how many predictions a set of tensors asks for.</summary>
internal static class BatchAxis
{
    /// <summary>
    /// The length of axis 0 that all inputs with a dynamic axis 0 have in common; null where there is no such input,
    /// where they differ, and for one image, whose axis 0 is its height.
    /// </summary>
    public static int? RowsOf(ModelDescription model, InputKind kind, IReadOnlyList<NamedTensor> tensors)
    {
        int? rows = null;
        foreach (var (name, value, _) in tensors)
        {
            if (model.Signature.FindInput(name) is not { Shape.Rank: > 0 } input || value.Shape.Rank == 0) continue;
            if (kind == InputKind.Image && input.Shape.Rank == 3) continue;
            if (input.Shape[0] != TensorShape.Dynamic) continue;
            if (value.Shape[0] > int.MaxValue || (rows ?? value.Shape[0]) != value.Shape[0]) return null;
            rows = (int)value.Shape[0];
        }

        return rows;
    }
}
