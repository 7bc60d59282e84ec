using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>
/// Lets loads begin, first come first served and no more at once than <paramref name="width"/>. A native load cannot be ended
/// from outside: one that takes longer than <paramref name="longest"/> keeps its thread and its memory, but gives its turn back,
/// so that it does not hold up all others.
/// </summary>
internal sealed class LoadTurns(int width, TimeSpan longest, TimeProvider time, ILogger log)
{
    // Never disposed, and it holds nothing to give back: the last load's turn may end after everything else.
    private readonly SemaphoreSlim _turns = new(width, width);

    /// <summary>Waits for a turn; dispose it when the load has ended.</summary>
    internal async Task<IDisposable> EnterAsync(ModelId model)
    {
        await _turns.WaitAsync();
        return new Turn(_turns, time, longest, () => log.LoadHangs(model, longest.TotalSeconds));
    }

    private sealed class Turn : IDisposable
    {
        private readonly SemaphoreSlim _turns;
        private readonly ITimer _limit;
        private int _isReturned;

        internal Turn(SemaphoreSlim turns, TimeProvider time, TimeSpan longest, Action tooLong)
        {
            _turns = turns;
            _limit = time.CreateTimer(
                _ =>
                {
                    // On the pool: what a logger throws on a timer's thread would end the process.
                    if (TryReturn()) _ = Task.Run(tooLong);
                },
                null, longest, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _limit.Dispose();
            TryReturn();
        }

        private bool TryReturn()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) != 0) return false;
            _turns.Release();
            return true;
        }
    }
}
