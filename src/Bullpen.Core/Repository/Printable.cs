namespace Bullpen.Core.Repository;

/// <summary>Text of unknown origin, made fit for messages and logs.</summary>
public static class Printable
{
    /// <summary>The text with control characters and halves of surrogate pairs replaced by <c>?</c>, cut at <paramref name="longest"/>.</summary>
    public static string Text(string text, int longest = 256)
    {
        var cut = text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "…");
        return cut.All(IsPlain) ? cut : string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = IsPlain(source[i]) ? source[i] : '?';
        });
    }

    private static bool IsPlain(char c) => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029');
}
