namespace Bullpen.Core.Repository;

/// <summary>Where a model is looked for, and what it is called meanwhile.</summary>
/// <param name="Name">The name it gets.</param>
/// <param name="Path">The absolute path of its file or folder.</param>
/// <param name="Url">The place as callers are shown it in listings.</param>
/// <param name="Shown">The place as messages call it: relative, with forward slashes.</param>
internal sealed record ModelPlace(string Name, string Path, string Url, string Shown)
{
    /// <summary>What was seen there before it is read; 0 where nobody compares it.</summary>
    public ulong Signature { get; init; }

    /// <summary>What lies in the place, as messages call it.</summary>
    public string ShownInside(params ReadOnlySpan<string> names) =>
        Shown.Length == 0 ? string.Join('/', names!) : $"{Shown.TrimEnd('/')}/{string.Join('/', names!)}";
}
