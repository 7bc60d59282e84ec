namespace Bullpen.Core.Repository;

/// <summary>What the text of a registration's url says by itself: whether it is to be downloaded, and how it is shown.</summary>
public static class SourceUrl
{
    private static readonly string[] Archives = [".tar.gz", ".tgz", ".mar", ".zip"];

    /// <summary>True for http and https urls.</summary>
    public static bool IsRemote(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the name of an archive that is unpacked: .mar, .zip, .tar.gz, .tgz, in any case.</summary>
    public static bool IsArchive(string fileName) => ArchiveExtension(fileName).Length > 0;

    /// <summary>
    /// The url as logs, messages and listings show it: of one with a scheme without user, password and query, which may hold
    /// secrets. Control characters are replaced.
    /// </summary>
    public static string Shown(string url)
    {
        if (!url.Contains("://", StringComparison.Ordinal)) return Printable.Text(url);
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var end = query < 0 || (fragment >= 0 && fragment < query) ? url.Length : query;
        var shown = url[..end];
        var authority = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        var authorityEnd = shown.IndexOfAny(['/', '\\', '#'], authority);
        var user = shown.LastIndexOf('@', (authorityEnd < 0 ? shown.Length : authorityEnd) - 1);
        return Printable.Text(user < authority ? shown : string.Concat(shown.AsSpan(0, authority), shown.AsSpan(user + 1)));
    }

    /// <summary>The file's name that a remote url ends in; empty where it ends in none.</summary>
    internal static string FileName(string url)
    {
        var path = Shown(url).Split('#')[0];
        var slash = path.LastIndexOf('/');
        return slash < path.IndexOf("://", StringComparison.Ordinal) + 3 ? "" : path[(slash + 1)..];
    }

    /// <summary>The name of the model that a file would be: without the extension of a model or an archive.</summary>
    internal static string ModelNameOf(string fileName) =>
        ArchiveExtension(fileName) is { Length: > 0 } extension ? fileName[..^extension.Length] : ModelFileNames.ModelNameOf(fileName);

    private static string ArchiveExtension(string fileName) =>
        Array.Find(Archives, e => fileName.Length > e.Length && fileName.EndsWith(e, StringComparison.OrdinalIgnoreCase)) ?? "";
}
