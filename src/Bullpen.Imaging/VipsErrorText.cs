using System.Text.RegularExpressions;

namespace Bullpen.Imaging;

/// <summary>Finds in the error log of libvips the part that is of use to whoever sent the image.</summary>
internal static partial class VipsErrorText
{
    private const int MaxLength = 120;

    /// <summary>
    /// The first complaint of the format's own loader, or null. The log belongs to all threads, so lines of other domains may
    /// come from another request; a line of this loader fits at least the format.
    /// </summary>
    /// <param name="format">The image's format.</param>
    /// <param name="log">Lines of <c>domain: text</c>.</param>
    public static string? Reason(ImageFormat format, string log)
    {
        foreach (var line in log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Line().Match(line) is not { Success: true } match || !IsOf(format, match.Groups["domain"].Value)) continue;
            var text = Unprintable().Replace(match.Groups["text"].Value, "").TrimEnd('.', ' ');
            if (text.Length > 0) return text.Length <= MaxLength ? text : text[..MaxLength];
        }

        return null;
    }

    private static bool IsOf(ImageFormat format, string domain) => format switch
    {
        ImageFormat.Jpeg => domain.Contains("jpeg", StringComparison.OrdinalIgnoreCase),
        ImageFormat.Png => domain.Contains("png", StringComparison.OrdinalIgnoreCase),
        ImageFormat.WebP => domain.Contains("webp", StringComparison.OrdinalIgnoreCase),
        _ => domain.Contains("gif", StringComparison.OrdinalIgnoreCase),
    };

    [GeneratedRegex(@"^(?<domain>\w+): (?<text>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"[^\x20-\x7E]|\b0x[0-9a-fA-F]+\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unprintable();
}
