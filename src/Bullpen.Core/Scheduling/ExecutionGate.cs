namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may compute at once in the whole server, binding their data or running a model. More native calls
/// than cores only lengthen the slowest answers: the work is bound by computation.
/// </summary>
/// <param name="width">At least 1; as a rule the number of cores.</param>
public sealed class ExecutionGate(int width) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(width, width);

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    internal Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    internal void Exit() => _turns.Release();
}
