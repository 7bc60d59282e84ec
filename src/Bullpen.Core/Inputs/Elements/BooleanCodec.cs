using System.Globalization;
using System.Text;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads booleans, also as 0 and 1.</summary>
internal readonly struct BooleanCodec : INumberCodec<byte>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out byte value) =>
        byte.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value <= 1;

    public static bool TryParseWord(ReadOnlySpan<byte> word, out byte value)
    {
        var isTrue = Ascii.EqualsIgnoreCase(word, "true"u8);
        value = FromBoolean(isTrue);
        return isTrue || Ascii.EqualsIgnoreCase(word, "false"u8);
    }

    public static byte FromBoolean(bool value) => value ? (byte)1 : (byte)0;

    public static bool TryGetMissing(out byte value)
    {
        value = 0;
        return false;
    }
}
