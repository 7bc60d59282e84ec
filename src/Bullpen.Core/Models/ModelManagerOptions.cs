namespace Bullpen.Core.Models;

/// <summary>How a <see cref="ModelManager"/> loads models and lets requests into them.</summary>
public sealed record ModelManagerOptions
{
    /// <summary>How long a request waits for its model before <see cref="ServingErrorKind.LoadTimeout"/>. Default 60 s.</summary>
    public TimeSpan LoadWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Loads that run at once. Default 1: a load keeps a core busy, and the memory of loads that overlap cannot be told apart.
    /// </summary>
    public int LoadConcurrency { get; init; } = 1;

    /// <summary>
    /// How long a load may keep others from beginning: <see cref="LoadWait"/>, because whoever waits behind it would wait in
    /// vain, but at least ten seconds, which large models take.
    /// </summary>
    public TimeSpan LongestTurn => LoadWait > ShortestLimit ? LoadWait : ShortestLimit;

    private static TimeSpan ShortestLimit => TimeSpan.FromSeconds(10);

    /// <summary>Requests that may run in one model at once, where its manifest does not say. Default: the number of cores.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that may wait for one model beside those that run in it. Default 1,000.</summary>
    public int QueueLength { get; init; } = 1000;
}
