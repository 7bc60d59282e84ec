namespace Bullpen.Core.Inputs.Elements;

/// <summary>The words that stand for what no JSON number can say: as Python, JavaScript and C# write them.</summary>
internal static class FloatWords
{
    /// <summary>Reads NaN, Infinity, -Infinity, inf, -inf in any case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out double value)
    {
        value = double.NaN;
        if (System.Text.Ascii.EqualsIgnoreCase(word, "nan"u8)) return true;
        var negative = word.StartsWith("-"u8);
        if (negative || word.StartsWith("+"u8)) word = word[1..];
        value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        return System.Text.Ascii.EqualsIgnoreCase(word, "infinity"u8) || System.Text.Ascii.EqualsIgnoreCase(word, "inf"u8);
    }
}
