using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>Tells what free-form request data means to a model.</summary>
public static class InputKinds
{
    /// <summary>
    /// The manifest's kind or, where that is <see cref="InputKind.Auto"/>, the one <see cref="Detect"/> finds; never
    /// Auto.
    /// </summary>
    public static InputKind Of(ModelDescription model) =>
        model.Definition.Manifest.Input is var declared && declared != InputKind.Auto ? declared : Detect(model.Signature);

    /// <summary>
    /// The kind told from a signature, never Auto. The first line that fits decides:
    /// <list type="table">
    /// <item><term>one string input [N] or [N,1]</term><description>text</description></item>
    /// <item><term>one uint8 input [H,W,C] or [N,H,W,C] whose C is 3 or dynamic</term><description>image</description></item>
    /// <item><term>several inputs, each [N] or [N,1], N the same or dynamic in all</term><description>table, one column an input</description></item>
    /// <item><term>one numeric or boolean input [N,F]</term><description>table</description></item>
    /// <item><term>anything else</term><description>tensors</description></item>
    /// </list>
    /// </summary>
    public static InputKind Detect(ModelSignature signature)
    {
        var inputs = signature.Inputs;
        if (inputs.Count > 1) return inputs.All(input => IsColumn(input) && input.Shape[0] == inputs[0].Shape[0]) ? InputKind.Table : InputKind.Tensors;
        return inputs.Count == 1 ? KindOf(inputs[0]) : InputKind.Tensors;
    }

    private static InputKind KindOf(TensorSpec input) => input switch
    {
        { Type: ElementType.String } => IsColumn(input) ? InputKind.Text : InputKind.Tensors,
        { Type: ElementType.UInt8, Shape.Rank: 3 or 4 } when input.Shape[input.Shape.Rank - 1] is 3 or TensorShape.Dynamic => InputKind.Image,
        { Shape.Rank: 2 } => InputKind.Table,
        _ => InputKind.Tensors,
    };

    /// <summary>True for [N] and [N,1].</summary>
    internal static bool IsColumn(TensorSpec input) =>
        input.Shape.Rank == 1 || (input.Shape.Rank == 2 && input.Shape[1] == 1);
}
