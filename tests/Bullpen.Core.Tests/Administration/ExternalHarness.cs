using System.Diagnostics.Metrics;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Bullpen.Core.Tests.Repository;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Administration;

/// <summary>Administration where a platform decides, over a fake runtime and a clock that stands still.</summary>
internal sealed class ExternalHarness : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ExecutionGate _gate = new(width: 4);
    private readonly Meter _meter = new("test");
    private readonly ModelCatalog _catalog = new();

    internal ExternalHarness(long budget = 1000, int loadConcurrency = 1)
    {
        _folder.Model("a.onnx");
        _folder.Model("two/1/model.onnx");
        _folder.Model("two/2/model.onnx");
        _folder.Write("two/model.json", """{"versions":"all"}""");
        var options = new ModelCacheOptions { Lifecycle = LifecyclePolicy.External, IdleTtl = TimeSpan.FromMinutes(1) };
        Cache = new ModelCache(new MemoryBudget(budget), new LruEvictionPolicy(), options, _catalog.IsCurrent, Time);
        Models = new ModelManager(
            Runtime, Cache, new NoState(), _gate, new FakeWarmUp(), new ModelManagerOptions { LoadConcurrency = loadConcurrency }, Time, new ModelMeter(_meter), NullLogger<ModelManager>.Instance);
        Administration = new ModelAdministration(
            _catalog, new ModelResolver(new ModelStore(_folder.Path)), Models, Cache, new NoState(), new NoState(), Time, NullLogger<ModelAdministration>.Instance);
        Versions = new ModelVersions(_catalog, Administration, Models, NullLogger<ModelVersions>.Instance);
    }

    internal FakeRuntime Runtime { get; } = new();

    internal ManualTimeProvider Time { get; } = new();

    internal ModelCache Cache { get; }

    internal ModelManager Models { get; }

    internal ModelAdministration Administration { get; }

    internal ModelVersions Versions { get; }

    internal ModelDefinition? Definition(string name) => _catalog.Find(name)?.Default;

    internal Task RegisterAsync(string name) => Administration.RegisterAsync(name, "a.onnx", load: true, CancellationToken.None);

    internal Task UnregisterAsync(string name) => Administration.UnregisterAsync(name, CancellationToken.None);

    internal IReadOnlyList<string> Listed() => [.. Administration.List(onlyLoaded: false).Select(known => known.Model.Name)];

    public async ValueTask DisposeAsync()
    {
        await Models.DisposeAsync();
        _meter.Dispose();
        _folder.Dispose();
    }
}
