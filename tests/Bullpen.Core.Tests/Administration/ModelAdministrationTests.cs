using System.Collections.Concurrent;
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

/// <summary>What is kept of registrations follows what is served.</summary>
public sealed class ModelAdministrationTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeRuntime _runtime = new();
    private readonly FakeHistory _history = new();
    private readonly ManualTimeProvider _time = new();
    private readonly KeptNames _kept = new();
    private readonly UnpackedFolder _unpacked;
    private readonly ExecutionGate _gate = new(width: 4);
    private readonly ModelCatalog _catalog = new();
    private readonly Meter _meter = new("test");
    private readonly ModelManager _manager;
    private readonly ModelAdministration _administration;

    public ModelAdministrationTests()
    {
        _folder.Model("a.onnx");
        _folder.Write("two.zip", [1]);
        _folder.Write("unpacked/1/model.onnx", ModelBytes.Onnx);
        _folder.Write("unpacked/2/model.onnx", ModelBytes.Onnx);
        _folder.Write("unpacked/model.json", """{"versions":"all"}""");
        _unpacked = new UnpackedFolder(_folder.At("unpacked"));
        var cache = new ModelCache(new MemoryBudget(1000), new LruEvictionPolicy(), new ModelCacheOptions(), _catalog.IsCurrent, _time);
        _manager = new ModelManager(_runtime, cache, _history, _gate, new FakeWarmUp(), new ModelManagerOptions(), _time, new ModelMeter(_meter), NullLogger<ModelManager>.Instance);
        _administration = new ModelAdministration(
            _catalog, new ModelResolver(new ModelStore(_folder.Path), _unpacked), _manager, cache, _kept, _history, _time, NullLogger<ModelAdministration>.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        _meter.Dispose();
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
    public async Task A_registration_that_is_deleted_while_it_loads_succeeds_as_the_deletion_does_and_is_not_kept()
    {
        using var hold = new ManualResetEventSlim();
        _runtime.Model("m").Hold = hold;
        var registering = _administration.RegisterAsync("m", "a.onnx", load: true, CancellationToken.None);
        await _runtime.Model("m").ALoadHasBegun();

        var deleting = _administration.UnregisterAsync("m", CancellationToken.None);
        hold.Set();

        await deleting;
        (await registering).Name.ShouldBe("m");
        _kept.Registrations.ShouldBeEmpty();
        _catalog.Find("m").ShouldBeNull();
    }

    [Fact]
    public async Task A_registration_that_is_deleted_before_its_load_begins_finds_no_model()
    {
        (_runtime.Model("large").Bytes, _runtime.Model("large").Estimate) = (1000, 1000);
        var large = await _administration.RegisterAsync("large", "a.onnx", load: true, CancellationToken.None);
        using var inUse = await _manager.LeaseAsync(large.Default, CancellationToken.None);
        var registering = _administration.RegisterAsync("m", "a.onnx", load: true, CancellationToken.None);

        await _administration.UnregisterAsync("m", CancellationToken.None);

        (await Should.ThrowAsync<ServingException>(() => registering)).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        _kept.Registrations.Select(registration => registration.Name).ShouldBe(["large"]);
    }

    [Fact]
    public async Task What_a_model_was_unpacked_to_is_given_back_also_after_its_default_and_its_versions_changed()
    {
        await _administration.RegisterAsync("m", "two.zip", load: false, CancellationToken.None);
        _catalog.SetDefault("m", "1");
        _catalog.RemoveVersion("m", "2");

        await _administration.UnregisterAsync("m", CancellationToken.None);

        _unpacked.Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_load_that_fails_after_another_version_became_the_default_leaves_nothing()
    {
        using var hold = new ManualResetEventSlim();
        var model = _runtime.Model("m");
        model.Hold = hold;
        var registering = _administration.RegisterAsync("m", "two.zip", load: true, CancellationToken.None);
        await model.ALoadHasBegun();
        _catalog.SetDefault("m", "1");
        model.Failure = model.Broken();
        hold.Set();

        await Should.ThrowAsync<ServingException>(registering);

        _catalog.Find("m").ShouldBeNull();
        _unpacked.Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_registration_is_kept_also_where_another_version_became_the_default_while_it_loaded()
    {
        using var hold = new ManualResetEventSlim();
        _runtime.Model("m").Hold = hold;
        var registering = _administration.RegisterAsync("m", "two.zip", load: true, CancellationToken.None);
        await _runtime.Model("m").ALoadHasBegun();
        _catalog.SetDefault("m", "1");
        hold.Set();

        await registering;

        _kept.Registrations.Select(registration => registration.Name).ShouldBe(["m"]);
    }

    [Fact]
    public async Task A_model_that_has_changed_since_it_was_seen_is_not_unregistered_for_what_it_was()
    {
        var seen = await _administration.RegisterAsync("m", "two.zip", load: false, CancellationToken.None);
        _catalog.SetDefault("m", "1");

        (await _administration.TryUnregisterAsync(seen, CancellationToken.None)).ShouldBeNull();
        _catalog.Find("m").ShouldNotBeNull();
        _kept.Registrations.Select(registration => registration.Name).ShouldBe(["m"]);

        (await _administration.TryUnregisterAsync(_catalog.Get("m"), CancellationToken.None)).ShouldBe(ModelReturn.Nothing);
        _catalog.Find("m").ShouldBeNull();
        _kept.Registrations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Thirty_two_callers_who_register_delete_and_use_one_name_are_told_only_that_it_is_there_or_not()
    {
        var told = new ConcurrentBag<ServingErrorKind>();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                try
                {
                    if (caller % 3 == 0) await _administration.RegisterAsync("m", "a.onnx", load: caller % 2 == 0, CancellationToken.None);
                    else if (caller % 3 == 1) await _administration.UnregisterAsync("m", CancellationToken.None);
                    else (await _manager.LeaseAsync(_catalog.Resolve("m"), CancellationToken.None)).Dispose();
                }
                catch (ServingException e)
                {
                    told.Add(e.Kind);
                }
            }
        })));

        told.Except([ServingErrorKind.ModelNotFound, ServingErrorKind.ModelAlreadyRegistered]).ShouldBeEmpty();
        _kept.Registrations.Any().ShouldBe(_catalog.Find("m") is not null);
        _runtime.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_model_of_the_repository_takes_its_last_use_with_it_and_leaves_a_registration_that_it_hid()
    {
        var hidden = new Registration("m", "gone.onnx", _time.GetUtcNow());
        await _kept.KeepAsync(hidden);
        _history.Used("m", _time.GetUtcNow());
        _catalog.Register(new CatalogModel(new ModelDefinition
        {
            Id = new ModelId("m", ModelId.FirstVersion),
            Path = _folder.At("a.onnx"),
            Url = "a.onnx",
            Origin = ModelOrigin.Repository,
        }));

        await _administration.UnregisterAsync("m", CancellationToken.None);

        _kept.Registrations.ShouldBe([hidden]);
        _history.Uses.ShouldBeEmpty();
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
