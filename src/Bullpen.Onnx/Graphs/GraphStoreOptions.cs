namespace Bullpen.Onnx.Graphs;

/// <summary>Where optimised graphs are kept, and how many.</summary>
public sealed record GraphStoreOptions
{
    /// <summary>The folder, which belongs to the store alone. It need not exist.</summary>
    public required string Folder { get; init; }

    /// <summary>The most bytes of all entries together. Default 10 GiB.</summary>
    public long MaxBytes { get; init; } = 10L << 30;

    /// <summary>The part of the disk that is left free whatever <see cref="MaxBytes"/> says. Default 0.1.</summary>
    public double DiskKeptFree { get; init; } = 0.1;

    /// <summary>
    /// What was used within this time is not removed to make room for another entry: models that take turns, and do not all fit,
    /// would otherwise be written again and again. Default one hour.
    /// </summary>
    public TimeSpan KeptFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a model for whose entry there was no room waits for another try. Default ten minutes.</summary>
    public TimeSpan TriedAgainAfter { get; init; } = TimeSpan.FromMinutes(10);
}
