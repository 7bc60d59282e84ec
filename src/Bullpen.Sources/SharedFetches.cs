using Bullpen.Core;
using Bullpen.Sources.Unpacked;

namespace Bullpen.Sources;

/// <summary>One download or unpacking for all who ask for the same at once. Each may leave; with the last one it is cancelled.</summary>
/// <param name="most">How many run or wait; more are refused.</param>
internal sealed class SharedFetches(int most) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Flight> _flights = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _running = [];
    private bool _isEnding;

    /// <summary>Waits for what is called that, which is begun where it is not under way.</summary>
    /// <returns>The caller's own right to what came of it.</returns>
    internal async Task<UnpackedModel> JoinAsync(string name, Func<CancellationToken, Task<UnpackedModel>> begin, CancellationToken cancellationToken)
    {
        var flight = Board(name, begin);
        try
        {
            return (await flight.Result.WaitAsync(cancellationToken)).Share();
        }
        finally
        {
            Leave(name, flight);
        }
    }

    /// <summary>Cancels all and waits for their ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _isEnding = true;
            running = [.. _running];
            foreach (var flight in _flights.Values) flight.Cancel();
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Flight Board(string name, Func<CancellationToken, Task<UnpackedModel>> begin)
    {
        lock (_gate)
        {
            if (_isEnding) throw new ServingException(ServingErrorKind.ShuttingDown, "The server is shutting down; nothing is downloaded or unpacked any more.");
            if (!_flights.TryGetValue(name, out var flight))
            {
                if (_running.Count >= most)
                {
                    throw new ServingException(ServingErrorKind.Overloaded, $"{most} downloads and archives are under way or wait already; try again later.")
                    {
                        RetryAfter = TimeSpan.FromSeconds(10),
                    };
                }

                _flights[name] = flight = new Flight(begin);
                _running.Add(flight.Result);
                _ = flight.Result.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            flight.Waiters++;
            return flight;
        }
    }

    private void Ended(Task<UnpackedModel> result)
    {
        lock (_gate) _running.Remove(result);
    }

    private void Leave(string name, Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Waiters > 0) return;
            _flights.Remove(name);
        }

        flight.End();
    }

    /// <summary>What is under way, and those who wait for it.</summary>
    private sealed class Flight
    {
        private readonly CancellationTokenSource _cancellation = new();

        internal Flight(Func<CancellationToken, Task<UnpackedModel>> begin)
        {
            var token = _cancellation.Token;
            Result = Task.Run(() => begin(token), CancellationToken.None);
        }

        internal Task<UnpackedModel> Result { get; }

        internal int Waiters { get; set; }

        internal void Cancel() => _cancellation.Cancel();

        /// <summary>Nobody waits any more: what comes of it, or came, is given back.</summary>
        internal void End()
        {
            Cancel();
            _ = Result.ContinueWith(GiveBack, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private void GiveBack(Task<UnpackedModel> result)
        {
            // The exception, if there is one, went to those who waited, or nobody did.
            if (result.IsCompletedSuccessfully) result.Result.Dispose();
            else _ = result.Exception;
            _cancellation.Dispose();
        }
    }
}
