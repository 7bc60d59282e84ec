using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.TestKit;

/// <summary>A <see cref="ModelManager"/> over a <see cref="FakeRuntime"/> and a clock that the test moves.</summary>
public sealed class ManagerHarness : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ModelDefinition> _definitions = new();
    private readonly ExecutionGate _gate = new(width: 4);
    private readonly ModelOptimization? _optimization;

    public ManagerHarness(
        long budget = 1_000_000,
        ModelCacheOptions? cacheOptions = null,
        ModelManagerOptions? options = null,
        EvictionPolicy? policy = null,
        ILogger<ModelManager>? logger = null,
        IModelHistory? history = null,
        IModelOptimizer? optimizer = null,
        IWarmUp? warmUp = null)
    {
        Cache = new ModelCache(
            new MemoryBudget(budget),
            policy ?? new LruEvictionPolicy(),
            cacheOptions ?? new ModelCacheOptions(),
            definition => _definitions.TryGetValue(definition.Id.Name, out var current) && ReferenceEquals(current, definition),
            Time);
        if (optimizer is not null) _optimization = new ModelOptimization(optimizer, Cache.Spare, NullLogger<ModelOptimization>.Instance);
        Manager = new ModelManager(
            Runtime, Cache, history ?? new NoState(), _gate, warmUp ?? new FakeWarmUp(), options ?? new ModelManagerOptions(), Time, new ModelMeter(Meter), logger ?? NullLogger<ModelManager>.Instance,
            _optimization);
    }

    public ManualTimeProvider Time { get; } = new();

    public Meter Meter { get; } = new("test");

    public FakeRuntime Runtime { get; } = new();

    public ModelCache Cache { get; }

    public ModelManager Manager { get; }

    public MemoryLedger Ledger => Cache.Budget.Ledger;

    /// <summary>The registered model of that name; registered by its first use.</summary>
    public ModelDefinition Definition(string name, ModelManifest? manifest = null) => _definitions.GetOrAdd(name, key => New(key, manifest));

    /// <summary>Takes the model out of the catalogue, as a delete does before it unloads.</summary>
    public ModelDefinition Unregister(string name)
    {
        _definitions.TryRemove(name, out var definition);
        return definition!;
    }

    public Task<ModelLease> Lease(string name, CancellationToken cancellationToken = default) =>
        Manager.LeaseAsync(Definition(name), cancellationToken).AsTask();

    /// <summary>Leases the model and returns it at once, one tick of the clock after the call before.</summary>
    public async Task Use(string name)
    {
        Time.Advance(TimeSpan.FromMilliseconds(10));
        (await Lease(name)).Dispose();
    }

    public ModelState StateOf(string name) => Cache.StatusOf(Definition(name)).State;

    /// <summary>The names of the models that are ready, in ordinal order.</summary>
    public IReadOnlyList<string> Ready() =>
        Cache.Residents().Where(r => r.Status.State == ModelState.Ready).Select(r => r.Definition.Id.Name).Order(StringComparer.Ordinal).ToList();

    public async ValueTask DisposeAsync()
    {
        await Manager.DisposeAsync();
        if (_optimization is not null) await _optimization.DisposeAsync();
        Meter.Dispose();
    }

    private static ModelDefinition New(string name, ModelManifest? manifest) => new()
    {
        Id = new ModelId(name, ModelId.FirstVersion),
        Path = Path.Combine(Path.GetTempPath(), "bullpen-no-such-folder", name + ".onnx"),
        Url = name,
        Origin = ModelOrigin.Repository,
        Manifest = manifest ?? ModelManifest.Empty,
    };
}
