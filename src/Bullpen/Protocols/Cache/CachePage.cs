using System.Globalization;
using Bullpen.Core;

namespace Bullpen.Protocols.Cache;

/// <summary>Which part of a listing is asked for: <c>?limit=&amp;next_page_token=</c>, as of <c>GET /models</c>.</summary>
/// <param name="Start">From which row, 0 for the first.</param>
/// <param name="Limit">How many rows, 1 to 1,000; default 100.</param>
internal readonly record struct CachePage(int Start, int Limit)
{
    private const int Default = 100;
    private const int Largest = 1000;

    internal string Next => (Start + Limit).ToString(CultureInfo.InvariantCulture);

    internal static CachePage Of(IQueryCollection query) =>
        new(Number(query["next_page_token"], "next_page_token", 0, int.MaxValue - Largest, 0), Number(query["limit"], "limit", 1, Largest, Default));

    private static int Number(string? text, string name, int least, int most, int @default)
    {
        if (string.IsNullOrEmpty(text)) return @default;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        var rule = $"a whole number from {least} to {most}";
        var shown = CacheBody.Shown(text);
        throw new ServingException(ServingErrorKind.InvalidRequest, $"Parameter {name} must be {rule}, not {shown}.") { Field = name, Expected = rule, Actual = shown };
    }
}
