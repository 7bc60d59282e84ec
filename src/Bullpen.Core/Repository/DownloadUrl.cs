using System.Globalization;

namespace Bullpen.Core.Repository;

/// <summary>
/// An http or https url, read strictly: what two parsers could read differently is refused, so that what is compared with the
/// allow-list is what is asked of the server.
/// </summary>
/// <param name="Address">The url without its fragment.</param>
/// <param name="Sha256">The hash that its content must have, 64 lower-case hexadecimal digits; null where none is given.</param>
/// <param name="Shown">As messages show it.</param>
public sealed record DownloadUrl(Uri Address, string? Sha256, string Shown)
{
    private const int MaxLength = 2048;
    private const string HashPrefix = "sha256=";
    private const string Forbidden = "\\\"<>^`{|}";

    /// <summary>Reads a url; the fragment may be <c>#sha256=HEX</c> and nothing else.</summary>
    /// <param name="text">As it was sent.</param>
    /// <param name="fault">Why it is refused, as the rest of a sentence that begins with the url; empty where it is not.</param>
    public static DownloadUrl? Parse(string text, out string fault)
    {
        var shown = SourceUrl.Shown(text);
        fault = FaultOfText(text);
        if (fault.Length > 0) return null;
        var parts = text.Split('#', 2);
        var hash = parts.Length == 1 ? null : HashIn(parts[1]);
        if (parts.Length == 2 && hash is null) fault = "its fragment is not #sha256= and 64 hexadecimal digits";
        else if (!Uri.TryCreate(parts[0], UriKind.Absolute, out var address) || address.UserInfo.Length > 0) fault = "it is no valid url";
        else if (!address.Host.Equals(HostIn(parts[0]), StringComparison.OrdinalIgnoreCase)) fault = $"its host is written in another form than {address.Host}";
        else return new DownloadUrl(address, hash, shown);
        return null;
    }

    private static string FaultOfText(string text)
    {
        if (!SourceUrl.IsRemote(text)) return "it is no http or https url";
        if (text.Length > MaxLength) return $"it is longer than {MaxLength} characters";
        if (text.Any(c => c is <= ' ' or > '~' || Forbidden.Contains(c, StringComparison.Ordinal))) return "it has a character that must be encoded";
        var authority = AuthorityIn(text);
        if (authority.Contains('@', StringComparison.Ordinal)) return "it holds a user name or password";
        if (authority.Contains('%', StringComparison.Ordinal)) return "its host is encoded";
        var path = text[(text.IndexOf("://", StringComparison.Ordinal) + 3 + authority.Length)..].Split('?', '#')[0];
        // A server may read "..;x" as "..".
        if (path.Split('/').Any(part => part.Split(';')[0] is "." or "..")) return "its path has a part that is a dot or two";
        return FaultOfEncoding(path);
    }

    private static string FaultOfEncoding(string path)
    {
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 >= path.Length || !byte.TryParse(path.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return "its path has a % that encodes nothing";
            if (value is < (byte)' ' or 0x7F or (byte)'.' or (byte)'/' or (byte)'\\' or (byte)'%' or (byte)';') return "its path has an encoded dot, slash, backslash, semicolon, percent sign or control character";
        }

        return "";
    }

    private static string AuthorityIn(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var length = text.AsSpan(start).IndexOfAny('/', '?', '#');
        return length < 0 ? text[start..] : text.Substring(start, length);
    }

    private static string HostIn(string text)
    {
        var authority = AuthorityIn(text);
        var port = authority.LastIndexOf(':');
        return port < 0 || authority.EndsWith(']') ? authority : authority[..port];
    }

    private static string? HashIn(string fragment) =>
        fragment.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase) && fragment[HashPrefix.Length..] is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit)
            ? hex.ToLowerInvariant()
            : null;
}
