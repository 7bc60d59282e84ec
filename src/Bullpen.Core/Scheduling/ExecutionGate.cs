namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may compute at once in the whole server, binding their data or running a model. More native calls
/// than cores only lengthen the slowest answers: the work is bound by computation.
/// </summary>
public sealed class ExecutionGate
{
    private readonly PermitQueue _turns;

    /// <summary>A gate for one server.</summary>
    /// <param name="width">At least 1; as a rule the number of cores.</param>
    public ExecutionGate(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _turns = new PermitQueue(width);
    }

    internal Task EnterAsync(int priority, CancellationToken cancellationToken) => _turns.EnterAsync(priority, cancellationToken);

    internal void Exit() => _turns.Exit();
}
