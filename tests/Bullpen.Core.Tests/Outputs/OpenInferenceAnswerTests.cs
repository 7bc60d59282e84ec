using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Outputs;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Outputs;

public sealed class OpenInferenceAnswerTests
{
    [Theory]
    [InlineData(1, 1_000_001, 1)]
    [InlineData(3, 500_000, 2)]
    [InlineData(1, 1_000, 1_001)]
    public void Classes_are_limited_in_all_rows_and_outputs_together(int most, long rows, long columns)
    {
        var model = Model("m", [Spec("x", ElementType.UInt8, -1, -1)], [Spec("a", ElementType.UInt8, -1, -1), Spec("b", ElementType.UInt8, -1, -1)]);
        var small = Scores("a", 1, 2);
        var inputs = new BoundInputs([], null, IsSingle: false, new OpenInferenceRequest
        {
            Inputs = [],
            Outputs = [new OpenInferenceOutput("a", null) { Classes = 1 }, new OpenInferenceOutput("b", null) { Classes = most }],
        });

        var made = 1 + (rows * Math.Min(most, columns));
        if (made <= TensorLimits.MaxClasses)
        {
            OpenInferenceAnswer.Of(model, inputs, [small, Scores("b", rows, columns)]).HasBinary.ShouldBeFalse();
            return;
        }

        var refusal = Should.Throw<ServingException>(() => OpenInferenceAnswer.Of(model, inputs, [small, Scores("b", rows, columns)]));
        (refusal.Kind, refusal.Field).ShouldBe((ServingErrorKind.InvalidInput, "b"));
        refusal.Message.ShouldBe($"Model m, output b: expected at most 1000000 classes in all rows together, got a classification of {made}.");
    }

    private static NamedTensor Scores(string name, params long[] shape)
    {
        var dimensions = new TensorShape(shape);
        return new NamedTensor(name, Tensor.FromBytes(ElementType.UInt8, dimensions, new byte[dimensions.ElementCount]));
    }
}
