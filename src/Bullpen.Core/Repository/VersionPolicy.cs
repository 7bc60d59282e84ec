namespace Bullpen.Core.Repository;

/// <summary>Which of a model's versions on disk are served. The highest served one is the default.</summary>
/// <param name="Latest">Serve this many of the highest versions; null where <see cref="Specific"/> or all are served.</param>
/// <param name="Specific">Serve exactly these; null where <see cref="Latest"/> or all are served.</param>
public sealed record VersionPolicy(int? Latest, IReadOnlyList<string>? Specific)
{
    /// <summary>Only the highest version: what a model without a policy gets.</summary>
    public static VersionPolicy Default { get; } = new(1, null);

    /// <summary>Every version.</summary>
    public static VersionPolicy All { get; } = new(null, null);
}
