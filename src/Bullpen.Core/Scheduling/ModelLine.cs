namespace Bullpen.Core.Scheduling;

/// <summary>The permits of one model and who waits for them; all of it is guarded by the lock of its <see cref="ExecutionGate"/>.</summary>
internal sealed class ModelLine(int count)
{
    private volatile int _count = count;

    /// <summary>How many permits there are, those that are out included; read without the lock, too.</summary>
    internal int Count
    {
        get => _count;
        set => _count = value;
    }

    /// <summary>How many are free; below 0: as many are to go, of those that are out.</summary>
    internal int Free { get; set; } = count;

    /// <summary>Who has a permit free for it and waits for a turn of the server only: the first of the line, at most <see cref="Free"/>.</summary>
    internal SortedSet<WaitingRequest> Candidates { get; } = new(WaitingRequest.InModel);

    /// <summary>Who waits behind those.</summary>
    internal SortedSet<WaitingRequest> Behind { get; } = new(WaitingRequest.InModel);

    internal bool HasBetterBehind(WaitingRequest candidate) =>
        Behind.Min is { } first && WaitingRequest.InModel.Compare(first, candidate) < 0;
}
