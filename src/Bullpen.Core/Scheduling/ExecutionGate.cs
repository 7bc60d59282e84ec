namespace Bullpen.Core.Scheduling;

/// <summary>
/// How many requests may compute at once in the whole server, binding their data or running a model, and who of those that wait
/// goes next. More native calls than cores only lengthen the slowest answers: the work is bound by computation.
/// A request gets its model's permit and the server's turn in one step, so nobody holds the one while it waits for the other.
/// What comes back is handed to who waits and is never free meanwhile, so that nobody overtakes by luck.
/// </summary>
public sealed class ExecutionGate
{
    private readonly Lock _lock = new();
    private readonly SortedSet<WaitingRequest> _candidates = new(WaitingRequest.InServer);
    private int _free;
    private long _arrivals;
    private long _places;

    /// <summary>A gate for one server.</summary>
    /// <param name="width">At least 1; as a rule the number of cores.</param>
    public ExecutionGate(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _free = width;
    }

    /// <summary>Takes a permit of the model and a turn of the server, which are to be given back by <see cref="Exit"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; nothing was taken.</exception>
    internal Task EnterAsync(ModelLine line, int priority, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        WaitingRequest request;
        lock (_lock)
        {
            // Where both are free nobody waits for either: see Settle and TakeNext.
            if (_free > 0 && line.Free > 0)
            {
                _free--;
                line.Free--;
                return Task.CompletedTask;
            }

            request = new WaitingRequest(line, priority, _arrivals++);
            line.Behind.Add(request);
            Settle(line);
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(request, cancellationToken) : request.Turn.Task;
    }

    /// <summary>Gives both back.</summary>
    internal void Exit(ModelLine line)
    {
        WaitingRequest? next;
        lock (_lock)
        {
            _free++;
            line.Free++;
            Settle(line);
            next = TakeNext();
        }

        next?.Turn.SetResult();
    }

    /// <summary>Gives the model more permits, or takes some away: free ones at once, the others when they come back.</summary>
    internal void Resize(ModelLine line, int count)
    {
        var entered = new List<WaitingRequest>();
        lock (_lock)
        {
            line.Free += count - line.Count;
            line.Count = count;
            Settle(line);
            while (TakeNext() is { } next) entered.Add(next);
        }

        foreach (var next in entered) next.Turn.SetResult();
    }

    /// <summary>Of those that wait for the model, the first stand for the server's turns: as many as it has free permits, neither more nor fewer.</summary>
    private void Settle(ModelLine line)
    {
        while (line.Candidates.Max is { } last && (line.Candidates.Count > line.Free || line.HasBetterBehind(last)))
        {
            line.Candidates.Remove(last);
            _candidates.Remove(last);
            line.Behind.Add(last);
        }

        while (line.Candidates.Count < line.Free && line.Behind.Min is { } first)
        {
            line.Behind.Remove(first);
            first.Place ??= _places++;
            line.Candidates.Add(first);
            _candidates.Add(first);
        }
    }

    /// <summary>Takes the server's turn and the model's permit for who is first, if there is a turn and somebody for it.</summary>
    private WaitingRequest? TakeNext()
    {
        if (_free == 0 || _candidates.Min is not { } next) return null;
        _free--;
        next.Line.Free--;
        _candidates.Remove(next);
        next.Line.Candidates.Remove(next);
        return next;
    }

    private async Task WaitAsync(WaitingRequest request, CancellationToken cancellationToken)
    {
        await using var giving = cancellationToken.UnsafeRegister((_, token) => GiveUp(request, token), null);
        await request.Turn.Task;
    }

    // Who waits no longer was let in, and has to exit: being taken out of the line decides.
    private void GiveUp(WaitingRequest request, CancellationToken cancellationToken)
    {
        var line = request.Line;
        bool isWaiting;
        lock (_lock)
        {
            isWaiting = line.Behind.Remove(request);
            if (!isWaiting && line.Candidates.Remove(request))
            {
                isWaiting = true;
                _candidates.Remove(request);
                Settle(line);
            }
        }

        if (isWaiting) request.Turn.SetCanceled(cancellationToken);
    }
}
