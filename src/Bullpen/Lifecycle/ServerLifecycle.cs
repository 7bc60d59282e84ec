namespace Bullpen.Lifecycle;

/// <summary>
/// Whether the server takes requests, and how many it is answering. Draining begins once and is not taken back: readiness
/// turns false, requests in flight finish, new ones are refused.
/// </summary>
internal sealed class ServerLifecycle
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inFlight;
    private volatile bool _isStarted;
    private volatile bool _isDraining;

    /// <summary>True from the moment the server listens until it drains.</summary>
    internal bool IsReady => _isStarted && !_isDraining;

    /// <summary>Requests that were let in and are not answered yet.</summary>
    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Completes when the server drains and no request is in flight.</summary>
    internal Task Drained => _drained.Task;

    internal void Started() => _isStarted = true;

    internal void BeginDrain()
    {
        _isDraining = true;
        if (Volatile.Read(ref _inFlight) == 0) _drained.TrySetResult();
    }

    /// <summary>A request begins; false where it has to be refused because the server drains.</summary>
    internal bool TryEnter()
    {
        Interlocked.Increment(ref _inFlight);
        if (!_isDraining) return true;
        Exit();
        return false;
    }

    /// <summary>A request that was let in is answered.</summary>
    internal void Exit()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _isDraining) _drained.TrySetResult();
    }
}
