using System.Buffers;
using Bullpen.Core.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Tensors;

/// <summary>What is written is read again, and bytes that are no tensor's are told, whatever they are.</summary>
public sealed class RawDataProperties
{
    private static readonly ElementType[] Types = [.. Enum.GetValues<ElementType>().Where(type => type != ElementType.Undefined)];

    private static readonly Gen<TensorShape> Shapes =
        from dimensions in Gen.Choose(0, 4).ListOf()
        select new TensorShape([.. dimensions.Take(4).Select(dimension => (long)dimension)]);

    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(value => (byte)value).ListOf().Select(bytes => bytes.ToArray());

    private static readonly Gen<Tensor> AnyTensor =
        from type in Gen.Elements(Types)
        from shape in Shapes
        from strings in Bytes.ListOf((int)shape.ElementCount)
        from numbers in Gen.Choose(0, type == ElementType.Boolean ? 1 : 255).ListOf((int)shape.ElementCount * ElementTypes.SizeOf(type))
        select type == ElementType.String
            ? Tensor.FromStrings(shape, [.. strings.Select(text => new ReadOnlyMemory<byte>(text))])
            : Tensor.FromBytes(type, shape, numbers.Select(value => (byte)value).ToArray());

    [Fact]
    public void What_is_written_is_as_long_as_was_said_and_reads_back() =>
        Prop.ForAll(AnyTensor.ToArbitrary(), tensor =>
        {
            var written = new ArrayBufferWriter<byte>();
            RawData.Write(tensor, written);

            written.WrittenCount.ShouldBe((int)RawData.SizeOf(tensor));
            RawData.TryRead(tensor.Type, tensor.Shape, written.WrittenMemory, out var read, out var expected, out _).ShouldBeTrue(expected);
            read!.Bytes.ToArray().ShouldBe(tensor.Bytes.ToArray());
            read.Strings.Select(text => text.ToArray()).ShouldBe(tensor.Strings.Select(text => text.ToArray()));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Bytes_cut_short_or_with_more_behind_them_are_told() =>
        Prop.ForAll(Gen.Zip(AnyTensor, Gen.Choose(-3, 3).Where(change => change != 0)).ToArbitrary(), given =>
        {
            var (tensor, change) = given;
            var written = new ArrayBufferWriter<byte>();
            RawData.Write(tensor, written);
            var bytes = written.WrittenSpan.ToArray();
            Array.Resize(ref bytes, Math.Max(0, bytes.Length + change));
            if (bytes.Length == written.WrittenCount) return;

            RawData.TryRead(tensor.Type, tensor.Shape, bytes, out _, out var expected, out var actual).ShouldBeFalse();
            expected.ShouldNotBeEmpty();
            actual.ShouldNotBeEmpty();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Garbage_is_read_or_told_and_never_throws() =>
        Prop.ForAll(Gen.Zip(Gen.Zip(Gen.Elements(Types), Shapes), Bytes).ToArbitrary(), given =>
        {
            var ((type, shape), bytes) = given;
            if (RawData.TryRead(type, shape, bytes, out var tensor, out _, out _)) tensor.Shape.ShouldBe(shape);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Theory]
    [InlineData(1L << 62, 4)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(1L << 31, 1)]
    public void A_shape_that_claims_more_than_there_is_costs_nothing(long rows, long columns)
    {
        foreach (var type in new[] { ElementType.UInt8, ElementType.String, ElementType.Float64 })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            RawData.TryRead(type, new TensorShape(rows, columns), new byte[16], out _, out _, out _).ShouldBeFalse();
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 10);
        }
    }
}
