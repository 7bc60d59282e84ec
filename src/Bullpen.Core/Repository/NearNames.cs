namespace Bullpen.Core.Repository;

/// <summary>Finds the names that somebody may have meant: the same in another case, one a prefix of the other, or few typing slips apart.</summary>
public static class NearNames
{
    private const int LongestConsidered = 128;
    private const int ShortestPrefix = 3;

    /// <summary>Up to <paramref name="limit"/> of <paramref name="names"/> that are near <paramref name="asked"/>, nearest first.</summary>
    /// <param name="asked">What somebody wrote; nothing is near an empty or very long text.</param>
    /// <param name="names">What there is.</param>
    /// <param name="limit">At least 0.</param>
    public static IReadOnlyList<string> Find(string asked, IEnumerable<string> names, int limit)
    {
        if (asked.Length is 0 or > LongestConsidered)
            return [];

        // Short names are all near one another: allow them fewer slips.
        var maxSlips = asked.Length <= 3 ? 1 : asked.Length <= 6 ? 2 : 3;
        var near = new List<(int Slips, int LengthGap, string Name)>();
        foreach (var name in names)
        {
            var gap = Math.Abs(name.Length - asked.Length);
            if (IsPrefixOfOther(asked, name))
                near.Add((Math.Min(gap, 1), gap, name));
            else if (gap <= maxSlips && Slips(asked, name, maxSlips) is var slips && slips <= maxSlips)
                near.Add((slips, gap, name));
        }

        return [.. near.OrderBy(n => n.Slips).ThenBy(n => n.LengthGap).ThenBy(n => n.Name, StringComparer.Ordinal).Take(limit).Select(n => n.Name)];
    }

    private static bool IsPrefixOfOther(string a, string b) =>
        Math.Min(a.Length, b.Length) >= ShortestPrefix
        && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Damerau–Levenshtein distance in its optimal string alignment form, without case; anything above
    /// <paramref name="max"/> is reported as <c>max + 1</c>. Only a band of <c>2·max + 1</c> cells per row is computed.
    /// </summary>
    internal static int Slips(string a, string b, int max)
    {
        if (a.Length > LongestConsidered || Math.Abs(a.Length - b.Length) > max)
            return max + 1;

        var width = b.Length + 1;
        if (width > 2 * LongestConsidered)
            return max + 1;

        Span<int> beforeLast = stackalloc int[width];
        Span<int> last = stackalloc int[width];
        Span<int> current = stackalloc int[width];
        for (var j = 0; j < width; j++)
            last[j] = j;
        var lastBest = 0;

        for (var i = 1; i <= a.Length; i++)
        {
            var from = Math.Max(1, i - max);
            var to = Math.Min(b.Length, i + max);
            current.Fill(max + 1);
            current[0] = i;
            var best = from == 1 ? i : max + 1;
            for (var j = from; j <= to; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                var slips = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    slips = Math.Min(slips, beforeLast[j - 2] + 1);
                current[j] = slips;
                best = Math.Min(best, slips);
            }

            // A swap reaches back two rows, so one row above the limit does not end the search, but two do.
            if (best > max && lastBest > max)
                return max + 1;
            lastBest = best;
            var recycled = beforeLast;
            beforeLast = last;
            last = current;
            current = recycled;
        }

        return Math.Min(last[b.Length], max + 1);
    }

    private static bool Same(char a, char b) => a == b || char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
