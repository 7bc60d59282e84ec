using Bullpen.Core.Models;

namespace Bullpen.Core.Administration;

/// <summary>A client's lease with what holds it: the model's lease and the timer that ends it. Renewed by another in its place.</summary>
internal sealed class HeldLease(ClientLease shown, ModelLease lease, long deadline) : IDisposable
{
    private ITimer? _timer;

    internal ClientLease Shown => shown;

    internal ModelLease Lease => lease;

    /// <summary>True from its end on, also where the timer is late.</summary>
    internal bool IsOver(TimeProvider time) => time.GetTimestamp() >= deadline;

    internal void StartTimer(TimeProvider time, Action<HeldLease> over) =>
        _timer = time.CreateTimer(_ => over(this), null, shown.Ttl, Timeout.InfiniteTimeSpan);

    internal void StopTimer() => _timer?.Dispose();

    /// <summary>Returns the model's lease.</summary>
    public void Dispose()
    {
        StopTimer();
        lease.Dispose();
    }
}
