using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class BatchAxisTests
{
    private static readonly ModelDescription Pair = Model("pair", [Spec("a", ElementType.Float32, -1, 2), Spec("b", ElementType.Float32, -1, -1, 2)], []);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    public void As_many_rows_as_are_allowed_pass(long rows) => BatchAxis.RequireAtMost(4, Pair, [Zeros("a", rows, 2), Zeros("b", rows, 5, 2)]);

    [Fact]
    public void One_more_is_refused_in_the_words_that_clients_know()
    {
        var refusal = Should.Throw<ServingException>(() => BatchAxis.RequireAtMost(4, Pair, [Zeros("a", 5, 2), Zeros("b", 5, 1, 2)]));

        refusal.Message.ShouldBe("inference request batch-size must be <= 4 for 'pair': expected at most 4 rows, got 5.");
        (refusal.Kind, refusal.Model, refusal.Field, refusal.Expected, refusal.Actual).ShouldBe((ServingErrorKind.InvalidInput, "pair", "a", "at most 4 rows", "5"));
    }

    [Fact]
    public void Rows_that_differ_cannot_hide_behind_the_first_input()
    {
        var refusal = Should.Throw<ServingException>(() => BatchAxis.RequireAtMost(4, Pair, [Zeros("a", 1, 2), Zeros("b", 1000, 1, 2)]));

        refusal.Message.ShouldBe("input 'b' batch size does not match other inputs for 'pair': expected 1 rows, as input a has, got 1000.");
    }

    private static NamedTensor Zeros(string name, params long[] shape)
    {
        var dimensions = new TensorShape(shape);
        return new NamedTensor(name, Tensor.FromValues(ElementType.Float32, dimensions, new float[dimensions.ElementCount]));
    }
}
