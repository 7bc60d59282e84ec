using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>
/// Gives a value the axis that people leave out. In this order, for an input whose shape does not accept the value's:
/// <list type="number">
/// <item>a scalar becomes one element, where every dimension of the input may be 1: one example;</item>
/// <item>[N] becomes [N,1], where the input's last dimension is 1;</item>
/// <item>the value gets an axis 0 of length 1, where the input's axis 0 is dynamic or 1: one example;</item>
/// <item>a value without elements, which cannot say what follows its first dimension of 0, gets that from the input.</item>
/// </list>
/// Anything else stays as it is, for <see cref="InputValidator"/> to refuse.
/// </summary>
internal static class ShapeFit
{
    /// <summary>The shape to take, and whether the value was one example.</summary>
    public static (TensorShape Shape, bool IsSingle) Fit(TensorShape wanted, TensorShape actual)
    {
        if (wanted.Accepts(actual)) return (actual, actual.Rank == 0);
        if (actual.Rank == 0)
        {
            Span<long> ones = stackalloc long[wanted.Rank];
            ones.Fill(1);
            var one = new TensorShape(ones);
            return wanted.Accepts(one) ? (one, true) : (actual, false);
        }

        if (actual.Rank != wanted.Rank - 1) return (Completed(wanted, actual), false);
        var column = new TensorShape([.. actual.Dimensions, 1]);
        if (wanted[wanted.Rank - 1] == 1 && wanted.Accepts(column)) return (column, false);
        var example = new TensorShape([1, .. actual.Dimensions]);
        return wanted.Accepts(example) ? (example, true) : (Completed(wanted, actual), false);
    }

    /// <summary>True where nested arrays of the shape cannot be told from those of <paramref name="actual"/>: they end at its 0.</summary>
    public static bool EndsEarly(TensorShape shape, TensorShape actual) =>
        actual.Rank > 0 && actual.Rank < shape.Rank && actual[actual.Rank - 1] == 0
        && new TensorShape(shape.Dimensions[..actual.Rank]).Accepts(actual);

    private static TensorShape Completed(TensorShape wanted, TensorShape actual)
    {
        if (!EndsEarly(wanted, actual)) return actual;
        var dimensions = wanted.Dimensions.ToArray();
        actual.Dimensions.CopyTo(dimensions);
        // What the request was to choose: it has none.
        dimensions.AsSpan().Replace(TensorShape.Dynamic, 0);
        return new TensorShape(dimensions);
    }
}
