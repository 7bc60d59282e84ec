using System.Text;
using Bullpen.Core.Outputs;
using Bullpen.Core.Tensors;
using Bullpen.Core.Tests.Inputs;

namespace Bullpen.Core.Tests.Outputs;

public sealed class ClassificationTests
{
    [Fact]
    public void Scores_of_64_bits_are_written_and_ordered_whole()
    {
        Classes(Tensor.FromValues<long>(ElementType.Int64, new TensorShape(1, 3), [9007199254740992, long.MinValue, 9007199254740993]))
            .ShouldBe(["9007199254740993:2", "9007199254740992:0", "-9223372036854775808:1"]);
        Classes(Tensor.FromValues<ulong>(ElementType.UInt64, new TensorShape(1, 2), [ulong.MaxValue - 1, ulong.MaxValue]))
            .ShouldBe(["18446744073709551615:1", "18446744073709551614:0"]);
    }

    [Fact]
    public void Floats_have_six_digits_and_NaN_is_the_worst() =>
        Classes(Tensor.FromValues<float>(ElementType.Float32, new TensorShape(1, 3), [float.NaN, -1.5f, 0.25f])).ShouldBe(["0.250000:2", "-1.500000:1", "NaN:0"]);

    private static IEnumerable<string> Classes(Tensor scores) =>
        Classification.Of(Samples.Single(ElementType.Int64, -1), new NamedTensor("y", scores), most: 3).Value.Strings.Select(text => Encoding.UTF8.GetString(text.Span));
}
