namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads float64.</summary>
internal readonly struct Float64Codec : INumberCodec<double>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out double value) => DecimalText.TryParseDouble(number, out value);

    public static bool TryParseWord(ReadOnlySpan<byte> word, out double value)
    {
        var known = FloatWords.TryParse(word, out var wide);
        value = wide;
        return known;
    }

    public static double FromBoolean(bool value) => value ? 1 : 0;

    public static bool TryGetMissing(out double value)
    {
        value = double.NaN;
        return true;
    }
}
