using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Bullpen.Core.Tests.Repository;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Administration;

/// <summary>What is kept of registrations follows what is served.</summary>
public sealed class ModelAdministrationTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeRuntime _runtime = new();
    private readonly FakeHistory _history = new();
    private readonly ManualTimeProvider _time = new();
    private readonly KeptNames _kept = new();
    private readonly ExecutionGate _gate = new(width: 4);
    private readonly ModelManager _manager;
    private readonly ModelAdministration _administration;

    public ModelAdministrationTests()
    {
        _folder.Model("a.onnx");
        var catalog = new ModelCatalog();
        var cache = new ModelCache(new MemoryBudget(1000), new LruEvictionPolicy(), new ModelCacheOptions(), catalog.IsCurrent, _time);
        _manager = new ModelManager(_runtime, cache, _history, _gate, new FakeWarmUp(), new ModelManagerOptions(), _time, NullLogger<ModelManager>.Instance);
        _administration = new ModelAdministration(
            catalog, new ModelStore(_folder.Path), _manager, cache, _kept, _history, _time, NullLogger<ModelAdministration>.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_registration_is_answered_when_it_is_kept()
    {
        _kept.Hold = new TaskCompletionSource<bool>();

        var registering = _administration.RegisterAsync("m", "a.onnx", load: false, CancellationToken.None);
        registering.IsCompleted.ShouldBeFalse();
        _kept.Hold.SetResult(true);

        (await registering).Name.ShouldBe("m");
        _kept.Registrations.ShouldBe([new Registration("m", "a.onnx", _time.GetUtcNow())]);
    }

    [Fact]
    public async Task A_deletion_is_answered_when_it_is_kept()
    {
        await _administration.RegisterAsync("m", "a.onnx", load: false, CancellationToken.None);
        _kept.Hold = new TaskCompletionSource<bool>();

        var deleting = _administration.UnregisterAsync("m", CancellationToken.None);
        deleting.IsCompleted.ShouldBeFalse();
        _kept.Hold.SetResult(true);

        await deleting;
        _kept.Registrations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registration_whose_load_fails_is_not_kept()
    {
        _runtime.Model("m").Failure = _runtime.Model("m").Broken();

        await Should.ThrowAsync<ServingException>(() => _administration.RegisterAsync("m", "a.onnx", load: true, CancellationToken.None));

        _kept.Registrations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registration_that_is_deleted_while_it_loads_is_not_kept()
    {
        using var hold = new ManualResetEventSlim();
        _runtime.Model("m").Hold = hold;
        var registering = _administration.RegisterAsync("m", "a.onnx", load: true, CancellationToken.None);
        await _runtime.Model("m").ALoadHasBegun();

        var deleting = _administration.UnregisterAsync("m", CancellationToken.None);
        hold.Set();
        await deleting;
        await registering;

        _kept.Registrations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_use_of_a_model_that_is_not_in_memory_is_that_of_an_earlier_run()
    {
        await _administration.RegisterAsync("m", "a.onnx", load: false, CancellationToken.None);
        var used = _time.GetUtcNow().AddDays(-1);
        _history.Used("m", used);

        _administration.Describe("m").LastUse.ShouldBe(used);
    }

    /// <summary>Keeps at once, and answers when the test says so.</summary>
    private sealed class KeptNames : IRegistrationStore
    {
        private readonly List<Registration> _registrations = [];

        public TaskCompletionSource<bool>? Hold { get; set; }

        public IReadOnlyList<Registration> Registrations => _registrations;

        public Task<bool> KeepAsync(Registration registration)
        {
            _registrations.Add(registration);
            return Hold?.Task ?? Task.FromResult(true);
        }

        public Task<bool> ForgetAsync(string name)
        {
            _registrations.RemoveAll(registration => registration.Name == name);
            return Hold?.Task ?? Task.FromResult(true);
        }
    }
}
