using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class InputKindsTests
{
    [Fact]
    public void The_sample_models_are_told_by_their_inputs()
    {
        InputKinds.Of(Sentiment).ShouldBe(InputKind.Text);
        InputKinds.Of(Iris).ShouldBe(InputKind.Table);
        InputKinds.Of(Penguins).ShouldBe(InputKind.Table);
        InputKinds.Of(Fashion).ShouldBe(InputKind.Image);
        InputKinds.Of(Matrix(4)).ShouldBe(InputKind.Table);
    }

    [Theory]
    [InlineData(InputKind.Text, ElementType.String, -1, 1)]
    [InlineData(InputKind.Tensors, ElementType.String)]
    [InlineData(InputKind.Tensors, ElementType.String, -1, 4)]
    [InlineData(InputKind.Image, ElementType.UInt8, -1, 28, 28, 3)]
    [InlineData(InputKind.Tensors, ElementType.UInt8, -1, 28, 28, 1)]
    [InlineData(InputKind.Tensors, ElementType.Float32, -1, 3, 224, 224)]
    [InlineData(InputKind.Tensors, ElementType.Float32, -1)]
    [InlineData(InputKind.Table, ElementType.Boolean, -1, 7)]
    public void One_input_is_told_by_type_and_shape(InputKind kind, ElementType type, params int[] shape) =>
        InputKinds.Detect(Model("m", [Spec("x", type, [.. shape.Select(d => (long)d)])], []).Signature).ShouldBe(kind);

    [Fact]
    public void Several_inputs_that_are_not_columns_are_tensors() =>
        InputKinds.Detect(Model("bert", [Spec("ids", ElementType.Int64, -1, -1), Spec("mask", ElementType.Int64, -1, -1)], []).Signature)
            .ShouldBe(InputKind.Tensors);

    [Theory]
    [InlineData(InputKind.Table, -1, -1)]
    [InlineData(InputKind.Table, 3, 3)]
    [InlineData(InputKind.Tensors, 3, 1)]
    [InlineData(InputKind.Tensors, -1, 1)]
    public void Columns_are_a_table_where_the_model_takes_them_equally_long(InputKind kind, int first, int second) =>
        InputKinds.Detect(Model("m", [Spec("a", ElementType.Float32, first), Spec("b", ElementType.Int64, second)], []).Signature).ShouldBe(kind);

    [Fact]
    public void The_manifest_beats_the_signature() => InputKinds.Of(Single(ElementType.Float32, -1, 4)).ShouldBe(InputKind.Tensors);
}
