using System.Collections.Concurrent;
using Bullpen.TestKit;

namespace Bullpen.Tests;

/// <summary>A clock that stands still until a test moves it, and at which a test can hold whoever reads it.</summary>
internal sealed class HeldClock : TimeProvider
{
    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _timers = new();
    private readonly Lock _gate = new();
    private Hold? _hold;
    private int _readsBefore;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp()
    {
        Hold? hold = null;
        lock (_gate)
        {
            if (_hold is not null && _readsBefore-- == 0) (hold, _hold) = (_hold, null);
        }

        // Who is held got the time at which it came.
        var now = _time.GetTimestamp();
        hold?.Wait();
        return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _time.CreateTimer(callback, state, dueTime, period);
        SetOf(dueTime).TrySetResult();
        return timer;
    }

    internal void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>Holds the thread that reads a timestamp next, or after so many other reads.</summary>
    internal Hold HoldRead(int after = 0)
    {
        lock (_gate)
        {
            _readsBefore = after;
            return _hold = new Hold();
        }
    }

    /// <summary>Completes when somebody waits for that long.</summary>
    internal Task SomebodyWaits(TimeSpan dueTime) => SetOf(dueTime).Task;

    private TaskCompletionSource SetOf(TimeSpan dueTime) =>
        _timers.GetOrAdd(dueTime, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>A thread that is held, once it came; not beyond the test, however that ends.</summary>
    internal sealed class Hold : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new();

        internal Task Reached => _reached.Task;

        internal void Release() => _released.TrySetResult();

        public void Dispose() => Release();

        internal void Wait()
        {
            _reached.SetResult();
            _released.Task.Wait();
        }
    }
}
