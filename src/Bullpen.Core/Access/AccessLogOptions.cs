namespace Bullpen.Core.Access;

/// <summary>Where an <see cref="AccessLog"/> writes, and how much.</summary>
/// <param name="Path">The file; its folder is made where it is missing.</param>
public sealed record AccessLogOptions(string Path)
{
    /// <summary>From this size on the file becomes FILE.1, in place of an earlier one, and is begun anew. Default 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Records that may wait for the disk, about 100 bytes each; more are lost, and counted. Default 16,384.</summary>
    public int Capacity { get; init; } = 16_384;

    /// <summary>How long a disk that refused is left alone. Default 5 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often, between two writes, it is looked whether the file is still the one at the path. Default 2 s.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the end of the server waits for the disk. Default 2 s.</summary>
    public TimeSpan LongestEnd { get; init; } = TimeSpan.FromSeconds(2);
}
