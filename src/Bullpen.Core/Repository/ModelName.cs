using System.Text.RegularExpressions;

namespace Bullpen.Core.Repository;

/// <summary>
/// The grammar of model names: a letter or digit, then letters, digits, dots, underscores and hyphens, 128 characters at
/// most. Names never become paths; the grammar keeps them safe in URLs, logs and metrics. A few words are reserved, because in
/// one protocol or another they stand in a path where a name would.
/// </summary>
public static partial class ModelName
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 128;

    /// <summary>The grammar in words, for messages.</summary>
    public const string Rule = "a letter or digit, then letters, digits, '.', '_' or '-', at most 128 characters, and none of all, invoke, predict, stats, versions";

    /// <summary>True where <paramref name="name"/> follows the grammar.</summary>
    public static bool IsValid(string name) => Grammar().IsMatch(name) && !IsReserved(name);

    /// <summary>True for a word that stands in a path where a name or a version would, in whatever case.</summary>
    internal static bool IsReserved(string name) => name.ToLowerInvariant() is "all" or "invoke" or "predict" or "stats" or "versions";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
