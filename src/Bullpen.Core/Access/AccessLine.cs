using System.Globalization;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Access;

/// <summary>
/// An <see cref="AccessRecord"/> as a line of text: six fields, one space between each two. Lines that begin with # are comments.
/// <code>2026-01-01T00:00:00.000Z sentiment:1 hit 0.000 2702512 3.3</code>
/// </summary>
internal static class AccessLine
{
    internal const string Header = "# bullpen access log, version 1: time model:version hit|miss|refused wait-ms bytes load-ms";

    internal const string Rule = "six fields: time model:version hit|miss|refused wait-ms bytes load-ms";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const double LongestMilliseconds = 1e12;

    /// <summary>The line, with its end.</summary>
    internal static string Of(in AccessRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{record.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} {record.Model} {Word(record.Outcome)} {record.Wait.TotalMilliseconds:0.000} {record.Bytes} {record.LoadTime.TotalMilliseconds:0.###}\n");

    /// <summary>Reads a line; null where it does, else what is wrong with it.</summary>
    internal static string? Read(string line, out AccessRecord record)
    {
        record = default;
        var fields = line.Split(' ');
        if (fields.Length != 6) return $"{fields.Length} fields; expected {Rule}";
        if (!DateTimeOffset.TryParseExact(fields[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return $"the time '{fields[0]}'; expected one such as 2026-01-31T23:59:59.000Z";
        if (ReadModel(fields[1]) is not { } model) return $"the model '{fields[1]}'; expected name:version";
        if (ReadOutcome(fields[2]) is not { } outcome) return $"'{fields[2]}'; expected hit, miss or refused";
        if (ReadMilliseconds(fields[3]) is not { } wait) return $"the wait '{fields[3]}'; expected milliseconds";
        if (!long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return $"the size '{fields[4]}'; expected bytes";
        if (ReadMilliseconds(fields[5]) is not { } loadTime) return $"the load time '{fields[5]}'; expected milliseconds";
        record = new AccessRecord(at, model, outcome, wait, bytes, loadTime);
        return null;
    }

    private static string Word(AccessOutcome outcome) => outcome switch
    {
        AccessOutcome.Hit => "hit",
        AccessOutcome.Miss => "miss",
        _ => "refused",
    };

    private static AccessOutcome? ReadOutcome(string word) => word switch
    {
        "hit" => AccessOutcome.Hit,
        "miss" => AccessOutcome.Miss,
        "refused" => AccessOutcome.Refused,
        _ => null,
    };

    private static ModelId? ReadModel(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 ? new ModelId(text[..colon], text[(colon + 1)..]) : null;
    }

    private static TimeSpan? ReadMilliseconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < LongestMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
}
