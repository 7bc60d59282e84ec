using System.Globalization;
using Bullpen.Core.State;

namespace Bullpen.Sources.Unpacked;

/// <summary>What a url led to when it was last fetched.</summary>
/// <param name="Key">The name of the unpacked folder.</param>
/// <param name="Length">Bytes of the archive; -1 for a download.</param>
/// <param name="WrittenTicks">The archive's last write, UTC.</param>
/// <param name="ChangedTicks">The archive's last change, UTC; 0 where that is not known.</param>
internal sealed record SourceRecord(string Key, long Length, long WrittenTicks, long ChangedTicks)
{
    private const int KeyLength = 64;

    internal static SourceRecord OfDownload(string key) => new(key, -1, 0, 0);

    internal static SourceRecord OfArchive(string key, StampedFile archive) => new(key, archive.Length, archive.WrittenTicks, archive.ChangedTicks);

    /// <summary>True where nothing speaks against the archive being the one that was unpacked.</summary>
    internal bool IsOf(StampedFile archive) => OfArchive(Key, archive) == this;

    /// <summary>One line; null where it is none of these.</summary>
    internal static SourceRecord? Parse(string line)
    {
        var parts = line.Split(' ');
        return parts.Length == 4 && parts[0].Length == KeyLength && parts[0].All(char.IsAsciiHexDigitLower)
            && TryNumber(parts[1], out var length) && TryNumber(parts[2], out var written) && TryNumber(parts[3], out var changed)
            ? new SourceRecord(parts[0], length, written, changed)
            : null;
    }

    internal string Line() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Length} {WrittenTicks} {ChangedTicks}");

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
