using System.Globalization;
using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Tensors;
using FsCheck;
using FsCheck.Fluent;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>Numbers are read as the framework reads them, to the last bit, and arrays as flat as nested.</summary>
public sealed class NumberProperties
{
    private static readonly Gen<string> Decimals =
        from sign in Gen.Elements("", "-")
        from whole in Gen.Choose(0, 9).ListOf(3)
        from fraction in Gen.Choose(0, 9).ListOf()
        from exponent in Gen.Elements("", "", "e0", "E5", "e-7", "e+10", "e22", "e-22", "e-38", "e-45", "e30", "e-300", "e300")
        select sign + (whole[0] == 0 ? "0" : string.Concat(whole)) + (fraction.Count == 0 ? "" : "." + string.Concat(fraction)) + exponent;

    // Halfway between two floats, and a hair above and below it: where rounding twice would err.
    private static readonly Gen<string> Middles =
        from bits in Gen.Choose(1, int.MaxValue)
        from tail in Gen.Elements("", "0", "1", "00000000001")
        let low = BitConverter.Int32BitsToSingle(bits & 0x7EFFFFFF)
        select (((double)low + MathF.BitIncrement(low)) / 2).ToString("E17", CultureInfo.InvariantCulture) is var text && tail.Length > 0
            ? text.Insert(text.IndexOf('E'), tail) : text;

    [Fact]
    public void Decimal_text_is_read_to_the_last_bit() =>
        Prop.ForAll(Gen.OneOf(Decimals, Middles).ToArbitrary(), AgreesWithTheFramework).Check(Config.QuickThrowOnFailure.WithMaxTest(20000));

    [Fact]
    public void Any_float_reads_back_as_it_was_written() =>
        Prop.ForAll(Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite).ToArbitrary(), value =>
        {
            DecimalText.TryParseSingle(Encoding.ASCII.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)), out var read).ShouldBeTrue();
            BitConverter.SingleToInt32Bits(read).ShouldBe(BitConverter.SingleToInt32Bits(value));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20000));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.5.5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1x")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    public void What_is_no_finite_number_is_not_read(string text) => DecimalText.TryParseDouble(Encoding.ASCII.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void Nested_arrays_hold_what_flat_data_of_their_shape_holds() =>
        Prop.ForAll(Gen.Zip(Gen.Choose(1, 4).ListOf(), Gen.Choose(0, 1000)).ToArbitrary(), given =>
        {
            var shape = given.Item1.Take(5).Select(d => (long)d).ToArray();
            var count = (int)shape.Aggregate(1L, (product, d) => product * d);
            var values = Enumerable.Range(given.Item2, count).Select(i => i * 0.37f).ToArray();
            var nested = Nest(values, shape);
            var model = Single(ElementType.Float32, [.. shape.Select(_ => -1L)]);
            var flat = JsonSerializer.Serialize(values);
            var dimensions = JsonSerializer.Serialize(shape);

            var expected = $"x: float32{dimensions} {string.Join(",", values)}";
            Show(BindJson(model, nested)).ShouldBe(expected);
            foreach (var data in new[] { flat, nested })
                Show(BindJson(model, $$"""{"inputs":[{"name":"x","shape":{{dimensions}},"datatype":"FP32","data":{{data}}}]}""")).ShouldBe(expected);
        }).QuickCheckThrowOnFailure();

    private static void AgreesWithTheFramework(string text)
    {
        var ascii = Encoding.ASCII.GetBytes(text);
        var single = float.Parse(text, CultureInfo.InvariantCulture);
        DecimalText.TryParseSingle(ascii, out var readSingle).ShouldBe(float.IsFinite(single), text);
        if (float.IsFinite(single)) BitConverter.SingleToInt32Bits(readSingle).ShouldBe(BitConverter.SingleToInt32Bits(single), text);
        var wide = double.Parse(text, CultureInfo.InvariantCulture);
        DecimalText.TryParseDouble(ascii, out var readDouble).ShouldBe(double.IsFinite(wide), text);
        if (double.IsFinite(wide)) BitConverter.DoubleToInt64Bits(readDouble).ShouldBe(BitConverter.DoubleToInt64Bits(wide), text);
    }

    private static string Nest(ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
    {
        if (shape.IsEmpty) return JsonSerializer.Serialize(values[0]);
        var step = values.Length / (int)shape[0];
        var parts = new List<string>();
        for (var at = 0; at < shape[0]; at++) parts.Add(Nest(values.Slice(at * step, step), shape[1..]));
        return $"[{string.Join(" , ", parts)}]";
    }
}
