namespace Bullpen.Core.Repository;

/// <summary>The prefixes below which models may be downloaded; none by default.</summary>
public sealed class AllowedUrls
{
    private readonly AllowedUrl[] _prefixes;

    private AllowedUrls(AllowedUrl[] prefixes) => _prefixes = prefixes;

    /// <summary>Allows nothing.</summary>
    public static AllowedUrls None { get; } = new([]);

    /// <summary>True where nothing may be downloaded at all.</summary>
    public bool IsEmpty => _prefixes.Length == 0;

    /// <summary>Reads prefixes between commas: http or https urls without user, query and fragment.</summary>
    public static bool TryParse(string text, out AllowedUrls allowed)
    {
        var prefixes = new List<AllowedUrl>();
        allowed = None;
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry.Contains('?', StringComparison.Ordinal) || entry.Contains('#', StringComparison.Ordinal)) return false;
            if (DownloadUrl.Parse(entry, out _) is not { } url) return false;
            prefixes.Add(new AllowedUrl(url.Address));
        }

        allowed = new AllowedUrls([.. prefixes]);
        return true;
    }

    /// <summary>The prefix that covers an address; null where none does.</summary>
    public AllowedUrl? Find(Uri address) => Array.Find(_prefixes, prefix => prefix.Covers(address));

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', _prefixes.Select(prefix => prefix.Prefix.AbsoluteUri));
}
