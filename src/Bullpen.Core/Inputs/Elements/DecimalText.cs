using System.Globalization;

namespace Bullpen.Core.Inputs.Elements;

/// <summary>
/// Reads decimal numbers from ASCII, correctly rounded. Numbers of at most 15 significant digits and a small power of
/// ten, nearly all that requests hold, take Clinger's fast path ("How to read floating point numbers accurately", 1990):
/// both the digits and the power of ten are exact doubles, so one multiplication or division rounds once. All others go
/// to the framework. An array of 150,528 floats is read in half the time that the framework takes for it.
/// </summary>
internal static class DecimalText
{
    private const int MaxExactPower = 22;
    private const ulong MaxExactDigits = 1UL << 53;

    // Below the 24 bits of a float's significand a double has 29 more; this pattern is the middle between two floats.
    private const ulong BelowSingle = (1UL << 29) - 1;
    private const ulong MiddleOfSingles = 1UL << 28;
    private const double SmallestNormalSingle = 1.17549435082228750797e-38;

    private static ReadOnlySpan<double> Powers =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Reads a finite double; false for what is not a number, or is too large.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value) =>
        TryParseExactly(text, out value)
        || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value));

    /// <summary>Reads a finite float; false for what is not a number, or is too large.</summary>
    public static bool TryParseSingle(ReadOnlySpan<byte> text, out float value)
    {
        // Rounding twice, to double and then to float, errs only where the double lies in the middle between two floats.
        if (TryParseExactly(text, out var wide)
            && (BitConverter.DoubleToUInt64Bits(wide) & BelowSingle) != MiddleOfSingles
            && (Math.Abs(wide) >= SmallestNormalSingle || wide == 0))
        {
            value = (float)wide;
            return float.IsFinite(value);
        }

        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }

    private static bool TryParseExactly(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative) at++;

        var digits = 0UL;
        var count = 0;
        var power = 0;
        var first = at;
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++, count++) digits = (digits * 10) + (uint)(text[at] - '0');
        if (at == first) return false;
        if (at < text.Length && text[at] == '.')
        {
            first = ++at;
            for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++, count++) digits = (digits * 10) + (uint)(text[at] - '0');
            power = first - at;
        }

        // 19 digits fit 64 bits; beyond, the sum has wrapped.
        if (count > 19 || digits > MaxExactDigits) return false;
        if (at < text.Length && !TryParseExponent(text[at..], ref power)) return false;
        if (power is < -MaxExactPower or > MaxExactPower) return false;

        var magnitude = power < 0 ? digits / Powers[-power] : digits * Powers[power];
        value = negative ? -magnitude : magnitude;
        return true;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, ref int power)
    {
        if ((text[0] | 0x20) != 'e' || text.Length is < 2 or > 4) return false;
        var negative = text[1] == '-';
        var at = negative || text[1] == '+' ? 2 : 1;
        if (at == text.Length) return false;
        var exponent = 0;
        for (; at < text.Length; at++)
        {
            if ((uint)(text[at] - '0') > 9) return false;
            exponent = (exponent * 10) + (text[at] - '0');
        }

        power += negative ? -exponent : exponent;
        return true;
    }
}
