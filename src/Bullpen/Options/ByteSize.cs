using System.Globalization;

namespace Bullpen.Options;

/// <summary>Sizes as people write them: a number, then B, KB, MB, GB, TB (powers of 1,000) or KiB, MiB, GiB, TiB (powers of 1,024).</summary>
internal static class ByteSize
{
    internal const string Rule = "a size such as 512MiB or 2GiB";

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1), ("", 1),
    ];

    internal static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (unit, factor) = Array.Find(Units, u => text.Trim().EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        var number = text.Trim()[..^unit.Length];
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value))
            return false;
        if (value > long.MaxValue / factor || value * factor < 1) return false;
        bytes = (long)(value * factor);
        return true;
    }

    /// <summary>As the banner shows it: <c>14.1 GiB</c>.</summary>
    internal static string Show(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    /// <summary>To the byte: <c>64 MiB</c>, <c>14.1 GiB (15157583462 bytes)</c>.</summary>
    internal static string ShowExactly(long bytes) =>
        TryParse(Show(bytes), out var shown) && shown == bytes ? Show(bytes) : string.Create(CultureInfo.InvariantCulture, $"{Show(bytes)} ({bytes} bytes)");
}
