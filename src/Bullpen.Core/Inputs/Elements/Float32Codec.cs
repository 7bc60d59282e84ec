namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads float32.</summary>
internal readonly struct Float32Codec : INumberCodec<float>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out float value) => DecimalText.TryParseSingle(number, out value);

    public static bool TryParseWord(ReadOnlySpan<byte> word, out float value)
    {
        var known = FloatWords.TryParse(word, out var wide);
        value = (float)wide;
        return known;
    }

    public static float FromBoolean(bool value) => value ? 1 : 0;

    public static bool TryGetMissing(out float value)
    {
        value = float.NaN;
        return true;
    }
}
