namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads bfloat16: the upper half of a float32, rounded to even.</summary>
internal readonly struct BFloat16Codec : INumberCodec<ushort>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out ushort value)
    {
        var isNumber = DecimalText.TryParseSingle(number, out var wide);
        value = FromSingle(wide);
        return isNumber && (value & ExponentMask) != ExponentMask;
    }

    public static bool TryParseWord(ReadOnlySpan<byte> word, out ushort value)
    {
        var known = FloatWords.TryParse(word, out var wide);
        value = FromSingle((float)wide);
        return known;
    }

    public static ushort FromBoolean(bool value) => value ? FromSingle(1) : (ushort)0;

    public static bool TryGetMissing(out ushort value)
    {
        value = FromSingle(float.NaN);
        return true;
    }

    private const int ExponentMask = 0x7F80;

    /// <summary>Rounds a float32 to the nearest bfloat16, ties to even; NaN stays NaN.</summary>
    internal static ushort FromSingle(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
