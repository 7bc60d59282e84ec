namespace Bullpen.State;

/// <summary>How a <see cref="SqliteState"/> writes.</summary>
public sealed record StateOptions
{
    /// <summary>The largest that the database may become, in bytes; beyond it nothing more is kept. Default 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>How long last uses and sizes are gathered before they are written. Default 5 s.</summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a registration waits to be written before it is answered all the same. Default 2 s.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many loads of one content are remembered; the largest of them counts. Default 5.</summary>
    public int LoadsKept { get; init; } = 5;

    /// <summary>
    /// How many last uses, hashes and sizes are remembered, of each the newest: models that are long gone leave them behind.
    /// The database may hold twice as many until it is pruned. Default 20,000.
    /// </summary>
    public int MostLeftBehind { get; init; } = 20_000;
}
