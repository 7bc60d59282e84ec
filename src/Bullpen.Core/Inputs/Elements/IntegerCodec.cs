using System.Globalization;
using System.Numerics;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>Reads whole numbers, also where they are written with a fraction of zeros (1.0) or an exponent (1e3).</summary>
internal readonly struct IntegerCodec<T> : INumberCodec<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryParse(ReadOnlySpan<byte> number, out T value) =>
        T.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        || T.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public static bool TryParseWord(ReadOnlySpan<byte> word, out T value)
    {
        value = default;
        return false;
    }

    public static T FromBoolean(bool value) => value ? T.One : T.Zero;

    public static bool TryGetMissing(out T value)
    {
        value = default;
        return false;
    }
}
