namespace Bullpen.Sources.Downloads;

/// <summary>Cancels what it watches once fewer bytes came in a window of time than must.</summary>
internal sealed class RateWatch : IDisposable
{
    private readonly CancellationTokenSource _stalled = new();
    private readonly ITimer _timer;
    private readonly TimeSpan _window;
    private readonly long _least;
    private long _received;

    internal RateWatch(SourcesOptions options, TimeProvider time)
    {
        (_window, _least) = (options.RateWindow, options.MinBytesPerWindow);
        _timer = time.CreateTimer(static state => ((RateWatch)state!).Judge(), this, _window, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when it is too slow.</summary>
    internal CancellationToken Stalled => _stalled.Token;

    internal void Received(int bytes) => Interlocked.Add(ref _received, bytes);

    public void Dispose()
    {
        _timer.Dispose();
        _stalled.Dispose();
    }

    private void Judge()
    {
        try
        {
            if (Interlocked.Exchange(ref _received, 0) < _least) _stalled.Cancel();
            else _timer.Change(_window, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment; there is nothing left to cancel.
            return;
        }
    }
}
