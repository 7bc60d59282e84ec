using Bullpen.Core.Tensors;

namespace Bullpen.Tests.Conformance;

public sealed class TensorDifferenceTests
{
    [Theory]
    [InlineData(float.PositiveInfinity, 0f)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData(float.NegativeInfinity, float.MaxValue)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.NaN, 0f)]
    [InlineData(0f, float.NaN)]
    [InlineData(1f, 1.0011f)]
    public void Other_numbers_are_a_difference(float expected, float actual) => Of(expected, actual).ShouldBe("other values of float32");

    [Theory]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(1f, 1.0009f)]
    public void The_same_or_a_near_number_is_none(float expected, float actual) => Of(expected, actual).ShouldBeNull();

    [Fact]
    public void Forms_differ_by_type_and_shape_and_not_by_values()
    {
        Tensor[] one = [Tensor.FromValues<float>(ElementType.Float32, new TensorShape(2), [1, 2])];

        TensorDifference.OfForms(one, [Tensor.FromValues<float>(ElementType.Float32, new TensorShape(2), [3, 4])]).ShouldBeNull();
        TensorDifference.OfForms(one, [Tensor.FromValues<float>(ElementType.Float32, new TensorShape(2, 1), [1, 2])]).ShouldNotBeNull();
        TensorDifference.OfForms(one, [Tensor.FromValues<int>(ElementType.Int32, new TensorShape(2), [1, 2])]).ShouldNotBeNull();
        TensorDifference.OfForms(one, []).ShouldNotBeNull();
    }

    private static string? Of(float expected, float actual) => TensorDifference.Of([Number(expected)], [Number(actual)]);

    private static Tensor Number(float value) => Tensor.FromValues<float>(ElementType.Float32, new TensorShape(1), [value]);
}
