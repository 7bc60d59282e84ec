using System.Buffers;
using System.Text;
using Bullpen.Core.Telemetry;
using Bullpen.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    private static readonly Gen<string> Nasty =
        from parts in Gen.Elements("a", "\\", "\"", "\n", "\r", "n", "{", "}", ",", "=", " ", "é", "模", "😀", "\0", "\\n", "#").ListOf()
        select string.Concat(parts);

    private static readonly Gen<double> Numbers = Gen.OneOf(
        Gen.Elements(0, 1, -1, 0.005, 1e300, 5e-324, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 9007199254740993),
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low));

    [Fact]
    public void Whatever_a_label_or_a_value_is_it_is_read_back_as_it_was() =>
        Prop.ForAll(Nasty.Two().Zip(Numbers).ToArbitrary(), written =>
        {
            var ((first, second), value) = (written.Item1, written.Item2);
            var scrape = new Scrape(Text(text => text.Sample("m", PrometheusText.Labels([new("a", first), new("b", second)]), value)));

            var (key, read) = scrape.Samples.Single();
            key.ShouldBe($"m{{a={first},b={second}}}");
            (read.Equals(value) || (double.IsNaN(read) && double.IsNaN(value))).ShouldBeTrue($"{value:R} was read as {read:R}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Help_stays_on_its_line() =>
        Text(_ => { }, @"a \ and a" + "\nline").ShouldBe(@"# HELP m a \\ and a\nline" + "\n# TYPE m gauge\n");

    [Theory]
    [InlineData("bullpen.load.duration", "s", MetricType.Histogram, "bullpen_load_duration_seconds")]
    [InlineData("bullpen.memory.used", "By", MetricType.Gauge, "bullpen_memory_used_bytes")]
    [InlineData("bullpen.process.cpu", "s", MetricType.Counter, "bullpen_process_cpu_seconds_total")]
    [InlineData("9 lives", null, MetricType.Counter, "_9_lives_total")]
    public void A_name_says_its_unit_and_that_it_counts(string name, string? unit, MetricType type, string expected) =>
        PrometheusName.Of(name, unit, type).ShouldBe(expected);

    private static string Text(Action<PrometheusText> write, string help = "help")
    {
        var output = new ArrayBufferWriter<byte>();
        var text = new PrometheusText(output);
        text.Head("m", help, MetricType.Gauge);
        write(text);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
