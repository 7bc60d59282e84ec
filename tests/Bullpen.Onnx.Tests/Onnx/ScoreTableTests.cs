using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class ScoreTableTests
{
    private readonly OnnxModelRuntime _runtime = new();

    [Theory]
    [InlineData("zipmap_string", new[] { "cat", "dog", "ox" }, new[] { 1f, 2f, 3f, 4f, 5f, 6f })]
    [InlineData("zipmap_int64", new[] { "-2", "7", "40" }, new[] { 2f, 1f, 3f, 5f, 4f, 6f })] // a map is sorted by its keys
    public void A_sequence_of_maps_becomes_rows_under_labels(string model, string[] labels, float[] scores)
    {
        using var session = _runtime.Load(TestModels.Small(model));

        var output = session.Run(TestModels.Floats(new TensorShape(2, 3), 1, 2, 3, 4, 5, 6)).ShouldHaveSingleItem();

        session.Signature.Outputs[0].Shape.ShouldBe(new TensorShape(TensorShape.Dynamic, TensorShape.Dynamic));
        output.ColumnLabels.ShouldBe(labels);
        output.Value.Shape.ShouldBe(new TensorShape(2, 3));
        output.Value.Values<float>().ToArray().ShouldBe(scores);
    }

    [Fact]
    public void No_rows_are_an_empty_table()
    {
        using var session = _runtime.Load(TestModels.Small("zipmap_string"));

        var output = session.Run(TestModels.Floats(new TensorShape(0, 3)))[0];

        output.Value.Shape.ShouldBe(new TensorShape(0, 0));
        output.ColumnLabels.ShouldBeEmpty();
    }
}
