using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>What the cache has decided and its owner must now do, outside the lock.</summary>
internal sealed class CacheStep
{
    /// <summary>Loads to start; their memory is reserved.</summary>
    internal List<CacheEntry> Loads { get; } = [];

    /// <summary>Those of the loads whose model was evicted only a moment ago.</summary>
    internal List<CacheEntry> Reloads { get; } = [];

    /// <summary>Models to unload now: closed, and no lease is out.</summary>
    internal List<(CacheEntry Entry, LoadedModel Model, ModelDefinition? For)> Unloads { get; } = [];

    /// <summary>Whoever has the <see cref="SpareRoom"/> is to give it back: a load lacks it.</summary>
    internal bool WantsSpare { get; set; }

    /// <summary>Leases to hand to callers that waited; one that left meanwhile has its lease returned.</summary>
    internal List<(TaskCompletionSource<ModelLease> Waiter, ModelLease Lease)> Grants { get; } = [];

    /// <summary>Callers to be told that it failed.</summary>
    internal List<(TaskCompletionSource<ModelLease> Waiter, ServingException Error)> Refusals { get; } = [];

    /// <summary>Everybody who waits for the model is to be told, each by an exception of its own.</summary>
    internal void Refuse(CacheEntry entry, Func<ServingException> error)
    {
        foreach (var waiter in entry.Waiters) Refusals.Add((waiter, error()));
        entry.Waiters.Clear();
    }
}
