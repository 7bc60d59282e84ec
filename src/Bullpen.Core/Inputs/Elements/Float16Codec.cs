namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads float16.</summary>
internal readonly struct Float16Codec : INumberCodec<Half>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out Half value)
    {
        var isNumber = DecimalText.TryParseDouble(number, out var wide);
        value = (Half)wide;
        return isNumber && Half.IsFinite(value);
    }

    public static bool TryParseWord(ReadOnlySpan<byte> word, out Half value)
    {
        var known = FloatWords.TryParse(word, out var wide);
        value = (Half)wide;
        return known;
    }

    public static Half FromBoolean(bool value) => value ? Half.One : Half.Zero;

    public static bool TryGetMissing(out Half value)
    {
        value = Half.NaN;
        return true;
    }
}
