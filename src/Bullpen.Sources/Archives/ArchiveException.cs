using Bullpen.Core.Repository;

namespace Bullpen.Sources.Archives;

/// <summary>An archive is refused; the message is the rest of a sentence that begins with the archive's name.</summary>
internal sealed class ArchiveException(string message, Exception? inner = null) : Exception(message, inner)
{
    private const int MaxNameShown = 120;

    /// <summary>One entry breaks a rule.</summary>
    internal static ArchiveException Entry(string name, string rule) =>
        new($"is refused: its entry \"{Printable.Text(name, MaxNameShown)}\" {rule}.");

    /// <summary>The archive as a whole breaks a rule.</summary>
    internal static ArchiveException Whole(string rule) => new($"is refused: {rule}.");

    /// <summary>It cannot be read to its end.</summary>
    internal static ArchiveException Damaged(Exception inner) =>
        new("is a damaged archive, or one of a kind that is not supported: was a copy or a download cut short?", inner);
}
