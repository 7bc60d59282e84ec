namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may run in one model at once, which may change while they run: more are let in at once, fewer as soon as
/// enough of those that run have ended; none is disturbed. It outlives the model's loads.
/// </summary>
public sealed class WorkerPermits
{
    private readonly ExecutionGate _gate;
    private readonly ModelLine _line;

    /// <summary>As many permits as <paramref name="count"/>, at least 1, to run in turns of <paramref name="gate"/>.</summary>
    public WorkerPermits(ExecutionGate gate, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _gate = gate;
        _line = new ModelLine(count);
    }

    /// <summary>How many there are, those of running requests included.</summary>
    public int Count => _line.Count;

    /// <summary>Changes how many there are.</summary>
    /// <param name="count">At least 1.</param>
    public void Resize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _gate.Resize(_line, count);
    }

    /// <summary>Takes a permit and with it a turn of the server, which are to be given back by <see cref="Exit"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; nothing was taken.</exception>
    internal Task EnterAsync(int priority, CancellationToken cancellationToken) => _gate.EnterAsync(_line, priority, cancellationToken);

    internal void Exit() => _gate.Exit(_line);
}
