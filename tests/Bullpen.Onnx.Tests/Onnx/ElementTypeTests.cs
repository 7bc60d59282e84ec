using Bullpen.Core.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>What goes through the operator Identity comes back bit by bit, for every element type.</summary>
public sealed class ElementTypeTests
{
    private readonly OnnxModelRuntime _runtime = new();

    public static TheoryData<ElementType> FixedTypes =>
        [.. Enum.GetValues<ElementType>().Except([ElementType.Undefined, ElementType.String])];

    [Theory]
    [MemberData(nameof(FixedTypes))]
    public void Random_tensors_survive(ElementType type)
    {
        using var session = _runtime.Load(TestModels.Small("identity_" + ElementTypes.NameOf(type)));

        Prop.ForAll<byte, byte, int>((rows, columns, seed) =>
        {
            var shape = new TensorShape(rows % 5, columns % 40);
            var bytes = new byte[shape.ElementCount * ElementTypes.SizeOf(type)];
            new Random(seed).NextBytes(bytes);
            if (type == ElementType.Boolean) Array.ForEach(Enumerable.Range(0, bytes.Length).ToArray(), i => bytes[i] &= 1);

            var output = session.Run(Tensor.FromBytes(type, shape, bytes))[0].Value;

            return output.Type == type && output.Shape == shape && output.Bytes.Span.SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_byte_strings_survive()
    {
        using var session = _runtime.Load(TestModels.Small("identity_string"));

        Prop.ForAll<byte[][]>(strings =>
        {
            var shape = new TensorShape(strings.Length, 1);
            var input = Tensor.FromStrings(shape, Array.ConvertAll(strings, s => new ReadOnlyMemory<byte>(s)));

            var output = session.Run(input)[0].Value;

            return output.Shape == shape && output.Strings.Zip(strings).All(pair => pair.First.Span.SequenceEqual(pair.Second));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Strings_keep_NUL_and_bytes_that_are_not_UTF8()
    {
        byte[][] strings = [[0], [], [(byte)'a', 0, (byte)'b', 0, 0], [0xFF, 0xFE, 0x80], [0xC3]];
        using var session = _runtime.Load(TestModels.Small("identity_string"));

        var input = Tensor.FromStrings(new TensorShape(5, 1), Array.ConvertAll(strings, s => new ReadOnlyMemory<byte>(s)));
        var output = session.Run(input)[0].Value;

        output.Strings.Select(s => s.ToArray()).ShouldBe(strings);
    }

    [Fact]
    public void A_scalar_is_a_tensor_without_dimensions()
    {
        using var session = _runtime.Load(TestModels.Small("identity_scalar"));

        var output = session.Run(TestModels.Floats(new TensorShape(), 2.5f))[0].Value;

        output.Shape.Rank.ShouldBe(0);
        output.Values<float>()[0].ShouldBe(2.5f);
    }

    [Fact]
    public void Memory_that_is_not_aligned_for_its_type_is_legal()
    {
        var bytes = new byte[4 * sizeof(double) + 1];
        new Random(1).NextBytes(bytes);
        using var session = _runtime.Load(TestModels.Small("identity_float64"));

        var output = session.Run(Tensor.FromBytes(ElementType.Float64, new TensorShape(2, 2), bytes.AsMemory(1)))[0].Value;

        output.Bytes.ToArray().ShouldBe(bytes[1..]);
    }

    [Fact]
    public void Outputs_outlive_the_session()
    {
        IReadOnlyList<NamedTensor> outputs;
        using (var session = _runtime.Load(TestModels.Small("identity_int64")))
            outputs = session.Run(Tensor.FromValues<long>(ElementType.Int64, new TensorShape(1, 2), 3, -4));

        outputs[0].Value.Values<long>().ToArray().ShouldBe([3, -4]);
    }
}
