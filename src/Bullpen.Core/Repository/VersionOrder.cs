using System.Text.RegularExpressions;

namespace Bullpen.Core.Repository;

/// <summary>What a version may look like, and which of two is higher: part by part between dots, numbers by value (10 above 9).</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    /// <summary>The longest version.</summary>
    public const int MaxLength = 64;

    /// <summary>The grammar of a version named in a configuration, in words.</summary>
    public const string Rule = "letters, digits, '.', '_' or '-', at most 64 characters, the first a letter or digit, and none of all, invoke, predict, stats, versions";

    /// <summary>Higher versions first.</summary>
    public static VersionOrder HighestFirst { get; } = new();

    /// <summary>True for the name of a version folder: a positive number without leading zeros, as Triton has it.</summary>
    public static bool IsVersionFolder(ReadOnlySpan<char> name) => FolderGrammar().IsMatch(name);

    /// <summary>True for a version that a configuration may name.</summary>
    public static bool IsValid(string version) => VersionGrammar().IsMatch(version) && !ModelName.IsReserved(version);

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var a = (x ?? "").Split('.');
        var b = (y ?? "").Split('.');
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = ComparePart(b[i], a[i]);
            if (order != 0)
                return order;
        }

        var byLength = b.Length.CompareTo(a.Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(y, x);
    }

    /// <summary>Numbers by value and below every text, as Semantic Versioning 2.0.0, rule 11, has it; texts ordinally.</summary>
    private static int ComparePart(string a, string b)
    {
        var leftIsNumber = ulong.TryParse(a, out var left);
        var rightIsNumber = ulong.TryParse(b, out var right);
        if (leftIsNumber != rightIsNumber)
            return leftIsNumber ? -1 : 1;
        return leftIsNumber ? left.CompareTo(right) : string.CompareOrdinal(a, b);
    }

    [GeneratedRegex(@"\A[1-9][0-9]{0,17}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FolderGrammar();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VersionGrammar();
}
