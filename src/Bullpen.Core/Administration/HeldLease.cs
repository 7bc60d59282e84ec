using Bullpen.Core.Models;

namespace Bullpen.Core.Administration;

/// <summary>A client's lease with what holds it: the model's lease and the timer that ends it. Renewed by another in its place.</summary>
internal sealed class HeldLease : IDisposable
{
    private readonly long _deadline;
    private ITimer? _timer;

    internal HeldLease(ClientLease shown, ModelLease lease, long deadline)
    {
        (Shown, Lease, Model, _deadline) = (shown, lease, lease.Model, deadline);
        Model.Holds.Add(deadline);
    }

    internal ClientLease Shown { get; }

    internal ModelLease Lease { get; }

    /// <summary>The model, also after the end.</summary>
    internal LoadedModel Model { get; }

    /// <summary>True from its end on, also where the timer is late.</summary>
    internal bool IsOver(TimeProvider time) => time.GetTimestamp() >= _deadline;

    internal void StartTimer(TimeProvider time, Action<HeldLease> over) =>
        _timer = time.CreateTimer(_ => over(this), null, Shown.Ttl, Timeout.InfiniteTimeSpan);

    /// <summary>Holds no more, and leaves the model's lease to another.</summary>
    internal void Stop()
    {
        _timer?.Dispose();
        Model.Holds.Remove(_deadline);
    }

    /// <summary>Returns the model's lease.</summary>
    public void Dispose()
    {
        Stop();
        Lease.Dispose();
    }
}
