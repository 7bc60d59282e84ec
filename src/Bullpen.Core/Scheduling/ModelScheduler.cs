using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Scheduling;

/// <summary>
/// Lets requests into one loaded model: as many at once as it has workers (permits, not copies: a session runs on many
/// threads), the others in a bounded queue, by priority, and within one first come, first served.
/// </summary>
public sealed class ModelScheduler
{
    private readonly string _model;
    private readonly IModelSession _session;
    private readonly int _queueLength;
    private readonly Action? _refused;
    private readonly WorkerPermits _permits;
    private int _pending;

    /// <summary>A scheduler for one session.</summary>
    /// <param name="model">The model's name, for messages.</param>
    /// <param name="session">The session; not owned.</param>
    /// <param name="gate">The server's width, shared by all models.</param>
    /// <param name="options">Permits and queue.</param>
    /// <param name="refused">Told of each request that the full queue turns away.</param>
    public ModelScheduler(string model, IModelSession session, ExecutionGate gate, SchedulerOptions options, Action? refused = null)
        : this(model, session, new WorkerPermits(gate, options.Workers), options.QueueLength, refused)
    {
    }

    /// <summary>A scheduler for one session, whose permits outlive it.</summary>
    internal ModelScheduler(string model, IModelSession session, WorkerPermits permits, int queueLength, Action? refused)
    {
        _model = model;
        _session = session;
        _permits = permits;
        _queueLength = queueLength;
        _refused = refused;
    }

    /// <summary>How many requests may run at once.</summary>
    public int Workers => _permits.Count;

    /// <summary>Requests running or waiting.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Does a request's work when it is its turn, on the thread that it is called on then.</summary>
    /// <param name="work">Binds the request's data and runs the session: both take a core, and a decoded picture much memory.</param>
    /// <param name="cancellationToken">Ends the wait; handed to the work.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.Overloaded"/>: the queue is full; or what the work throws.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<T> RunAsync<T>(Func<IModelSession, CancellationToken, T> work, CancellationToken cancellationToken) =>
        RunAsync(work, cancellationToken, cancellationToken);

    /// <summary>The same, where the wait may end earlier than the work.</summary>
    /// <param name="work">Binds the request's data and runs the session.</param>
    /// <param name="waiting">Ends the wait, and nothing that runs.</param>
    /// <param name="cancellationToken">Handed to the work.</param>
    /// <param name="priority">Who waits beside it goes before it where its number is smaller (<see cref="RequestPriority"/>).</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.Overloaded"/>: the queue is full; or what the work throws.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the caller gave up.</exception>
    public async Task<T> RunAsync<T>(
        Func<IModelSession, CancellationToken, T> work, CancellationToken waiting, CancellationToken cancellationToken, int priority = RequestPriority.Default)
    {
        if (!TryJoin())
        {
            _refused?.Invoke();
            throw QueueIsFull();
        }

        try
        {
            await _permits.EnterAsync(priority, waiting);
            try
            {
                return work(_session, cancellationToken);
            }
            finally
            {
                _permits.Exit();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>Takes a place among those who run or wait; who is refused was never counted, so that a refusal costs nobody a place.</summary>
    private bool TryJoin()
    {
        var seen = Volatile.Read(ref _pending);
        while (seen < (long)_permits.Count + _queueLength)
        {
            var found = Interlocked.CompareExchange(ref _pending, seen + 1, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    private ServingException QueueIsFull() =>
        new(
            ServingErrorKind.Overloaded,
            $"Model {_model} has {_permits.Count} running and {_queueLength} waiting requests, its limit (--queue). Try again.")
        {
            Model = _model,
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
