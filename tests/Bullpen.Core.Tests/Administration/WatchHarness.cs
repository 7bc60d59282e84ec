using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Bullpen.Core.Tests.Repository;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Administration;

/// <summary>A repository on disk, watched, over a <see cref="FakeRuntime"/>.</summary>
internal sealed class WatchHarness : IAsyncDisposable, ILogger<RepositoryWatch>
{
    private readonly ExecutionGate _gate = new(width: 4);
    private readonly Meter _meter = new("test");
    private readonly ConcurrentQueue<string> _lines = new();
    private int _writes;

    internal WatchHarness(long budget, int? maxModels, params string[] models)
    {
        foreach (var model in models) Write(model);
        var index = new RepositoryIndex(Folder.Path);
        index.Look();
        Catalog.RegisterAll(index.Contents.Models);
        Cache = new ModelCache(
            new MemoryBudget(budget), new LruEvictionPolicy(), new ModelCacheOptions { MaxModels = maxModels }, Catalog.IsCurrent, Time);
        Models = new ModelManager(Runtime, Cache, State, _gate, new FakeWarmUp(), new ModelManagerOptions(), Time, new ModelMeter(_meter), NullLogger<ModelManager>.Instance);
        Watch = new RepositoryWatch(index, Catalog, Models, Cache, this);
        Administration = new ModelAdministration(
            Catalog, new ModelResolver(new ModelStore(Folder.Path)), Models, Cache, State, State, Time, NullLogger<ModelAdministration>.Instance);
    }

    private NoState State { get; } = new();

    internal TempFolder Folder { get; } = new();

    internal ManualTimeProvider Time { get; } = new();

    internal FakeRuntime Runtime { get; } = new();

    internal ModelCatalog Catalog { get; } = new();

    internal ModelCache Cache { get; }

    internal ModelManager Models { get; }

    internal RepositoryWatch Watch { get; }

    internal ModelAdministration Administration { get; }

    internal IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Writes a model that can be told from every one before it.</summary>
    internal void Write(string path) => Folder.Write(path, [.. ModelBytes.Onnx, .. Enumerable.Repeat<byte[]>([0x10, 17], ++_writes).SelectMany(b => b)]);

    internal async Task LookTwice()
    {
        await Watch.LookAsync(CancellationToken.None);
        await Watch.LookAsync(CancellationToken.None);
    }

    internal Task<ModelLease> Lease(string name) => Models.LeaseAsync(Catalog.Resolve(name), CancellationToken.None).AsTask();

    /// <summary>Leases the model and returns it at once.</summary>
    internal async Task<LoadedModel> UseAsync(string name)
    {
        using var lease = await Lease(name);
        return lease.Model;
    }

    internal ModelState StateOf(string name) => Cache.StatusOf(Catalog.Resolve(name)).State;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public async ValueTask DisposeAsync()
    {
        await Models.DisposeAsync();
        _meter.Dispose();
        Folder.Dispose();
        Runtime.Violations.ShouldBeEmpty();
        Cache.Budget.Ledger.Used.ShouldBe(0);
    }
}
