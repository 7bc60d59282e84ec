using System.Text.Json;
using Bullpen.Core.Outputs;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Tests.Outputs;

public sealed class ClassifierRowsTests
{
    [Fact]
    public void Scores_of_a_type_that_no_classifier_has_are_not_read_as_another()
    {
        var scores = Tensor.FromValues<short>(ElementType.Int16, new TensorShape(1, 2), [1, 2]);
        var rows = new ClassifierRows(null, scores, null, new ClassLabels(["a", "b"]), topK: null, FloatStyle.AsNull);
        using var json = new Utf8JsonWriter(new MemoryStream());

        Should.Throw<ArgumentOutOfRangeException>(() => rows.Write(json, 0)).ActualValue.ShouldBe(ElementType.Int16);
    }
}
