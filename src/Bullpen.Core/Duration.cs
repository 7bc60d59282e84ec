using System.Globalization;

namespace Bullpen.Core;

/// <summary>Times as people write them: a number, then ms, s, m or h; seconds without a unit.</summary>
public static class Duration
{
    /// <summary>What is read, as a noun phrase for messages.</summary>
    public const string Rule = "a time such as 500ms, 60s or 2m, at most 24h";

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];

    /// <summary>Reads one.</summary>
    /// <returns>False where the text is none, or more than 24 hours.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var (unit, factor) = Array.Find(Units, u => text.Trim().EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        var number = text.Trim()[..^unit.Length];
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)) return false;
        // Written so that NaN, which the parser takes, is none either.
        if (!(value * factor <= 86_400)) return false;
        duration = TimeSpan.FromSeconds(value * factor);
        return true;
    }

    /// <summary>As it can be read again: <c>60s</c>, <c>500ms</c>.</summary>
    public static string Show(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
}
