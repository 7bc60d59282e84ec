namespace Bullpen.Core.Simulation;

/// <summary>A clock that the simulation moves.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    /// <summary>From the trace's beginning.</summary>
    internal TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("Nothing that is simulated waits for a timer.");
}
