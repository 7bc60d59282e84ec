namespace Bullpen.Core.Scheduling;

/// <summary>
/// A number of permits, and who waits for one: the highest priority first (<see cref="RequestPriority"/>), within it first come,
/// first served. A permit that comes back is handed to who waits and is never free meanwhile, so that nobody overtakes by luck.
/// </summary>
/// <param name="count">How many permits there are; at least 1.</param>
internal sealed class PermitQueue(int count)
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Waiter> _waiting = new(Waiter.Order);
    private long _arrivals;

    // Below 0: as many are to go, of those that are out.
    private long _free = count;

    /// <summary>Takes a permit, which is to be given back by <see cref="Exit"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; no permit was taken.</exception>
    public Task EnterAsync(int priority, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        Waiter waiter;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            waiter = new Waiter(priority, _arrivals++);
            _waiting.Add(waiter);
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(waiter, cancellationToken) : waiter.Turn.Task;
    }

    /// <summary>Gives a permit back, or adds one.</summary>
    public void Exit()
    {
        Waiter? next = null;
        lock (_gate)
        {
            _free++;
            if (_free > 0 && _waiting.Count > 0)
            {
                _free--;
                next = _waiting.Min!;
                _waiting.Remove(next);
            }
        }

        next?.Turn.SetResult();
    }

    /// <summary>Takes permits away: free ones at once, of those that are out as many as are missing when they come back.</summary>
    public void Remove(int permits)
    {
        lock (_gate) _free -= permits;
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using var giving = cancellationToken.UnsafeRegister((_, token) => GiveUp(waiter, token), null);
        await waiter.Turn.Task;
    }

    // Who is no longer in the set was given a permit, and has to give it back: being taken out of it decides.
    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        bool isWaiting;
        lock (_gate) isWaiting = _waiting.Remove(waiter);
        if (isWaiting) waiter.Turn.SetCanceled(cancellationToken);
    }

    /// <summary>One who waits. It goes on elsewhere: never on the thread of who let it in.</summary>
    private sealed record Waiter(int Priority, long Arrival)
    {
        internal static readonly IComparer<Waiter> Order = Comparer<Waiter>.Create(static (one, other) =>
            one.Priority != other.Priority ? one.Priority.CompareTo(other.Priority) : one.Arrival.CompareTo(other.Arrival));

        internal TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
