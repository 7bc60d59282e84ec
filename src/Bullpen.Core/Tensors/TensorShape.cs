using System.Globalization;

namespace Bullpen.Core.Tensors;

/// <summary>
/// The dimensions of a tensor, outermost first. In a <see cref="TensorSpec"/> a dimension may be
/// <see cref="Dynamic"/>; the shape of a tensor that holds data never is. An empty shape is a scalar.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    /// <summary>A dimension that each request chooses.</summary>
    public const long Dynamic = -1;

    private readonly long[]? _dimensions;

    /// <summary>A shape of the given dimensions, each at least 0, or <see cref="Dynamic"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is below -1.</exception>
    public TensorShape(params ReadOnlySpan<long> dimensions)
    {
        foreach (var dimension in dimensions) ArgumentOutOfRangeException.ThrowIfLessThan(dimension, Dynamic, nameof(dimensions));
        _dimensions = dimensions.ToArray();
    }

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>How many dimensions there are; 0 for a scalar.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>True where no dimension is <see cref="Dynamic"/>.</summary>
    public bool IsStatic => !Dimensions.Contains(Dynamic);

    /// <summary>The dimension at <paramref name="axis"/>.</summary>
    public long this[int axis] => Dimensions[axis];

    /// <summary>The product of the dimensions: 1 for a scalar, 0 where one dimension is 0.</summary>
    /// <exception cref="InvalidOperationException">A dimension is <see cref="Dynamic"/>.</exception>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            if (!IsStatic) throw new InvalidOperationException($"The shape {this} has no element count: a dimension is dynamic.");
            if (Dimensions.Contains(0)) return 0;
            var count = 1L;
            foreach (var dimension in Dimensions) count = checked(count * dimension);
            return count;
        }
    }

    /// <summary>How many elements lie in these dimensions of a tensor that exists, and so neither are dynamic nor overflow: 1 where there are none.</summary>
    internal static long CountOf(ReadOnlySpan<long> dimensions)
    {
        var count = 1L;
        foreach (var dimension in dimensions) count *= dimension;
        return count;
    }

    /// <summary>As <see cref="ElementCount"/>; false where a dimension is <see cref="Dynamic"/> or the product does not fit 64 bits.</summary>
    public bool TryCountElements(out long count)
    {
        count = Dimensions.Contains(0) ? 0 : 1;
        if (!IsStatic) return false;
        if (count == 0) return true;
        foreach (var dimension in Dimensions)
        {
            if (dimension > long.MaxValue / count) return false;
            count *= dimension;
        }

        return true;
    }

    /// <summary>True where <paramref name="actual"/> has the same rank, and the same value in every dimension that is not dynamic here.</summary>
    public bool Accepts(TensorShape actual)
    {
        if (actual.Rank != Rank) return false;
        for (var axis = 0; axis < Rank; axis++)
            if (this[axis] != Dynamic && this[axis] != actual[axis]) return false;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var dimension in Dimensions) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>As messages show it: <c>[-1,4]</c>, <c>[]</c> for a scalar.</summary>
    public override string ToString() =>
        "[" + string.Join(',', Dimensions.ToArray().Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>Equality of all dimensions.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Inequality in rank or in any dimension.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);
}
