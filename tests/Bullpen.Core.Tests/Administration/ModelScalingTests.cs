using System.Diagnostics.Metrics;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Bullpen.Core.Tensors;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Administration;

/// <summary>Workers are permits; to want one at least is to want the model in memory.</summary>
public sealed class ModelScalingTests : IAsyncLifetime
{
    private readonly FakeRuntime _runtime = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ExecutionGate _gate = new(width: 8);
    private readonly ModelCatalog _catalog = new();
    private readonly Meter _meter = new("test");
    private readonly RecordingLogger<ModelScaling> _log = new();
    private readonly ModelManager _manager;
    private readonly ModelScaling _scaling;
    private readonly ModelDefinition _model = New();

    public ModelScalingTests()
    {
        _catalog.Register(new CatalogModel(_model));
        var cache = new ModelCache(new MemoryBudget(1000), new LruEvictionPolicy(), new ModelCacheOptions(), _catalog.IsCurrent, _time);
        _manager = new ModelManager(
            _runtime, cache, new NoState(), _gate, new FakeWarmUp(), new ModelManagerOptions { Workers = 4 }, _time, new ModelMeter(_meter), NullLogger<ModelManager>.Instance);
        _scaling = new ModelScaling(_catalog, _manager, cache, _log);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        _meter.Dispose();
    }

    [Fact]
    public async Task One_worker_at_least_loads_the_model_and_pins_it_and_none_lets_it_go_again()
    {
        (await Scale(1, 2)).ShouldBe(ScaleOutcome.Done);
        _manager.StatusOf(_model).State.ShouldBe(ModelState.Ready);
        _manager.StatusOf(_model).IsPinned.ShouldBeTrue();
        _manager.StatusOf(_model).Workers.ShouldBe(2);
        _scaling.Of(_model).ShouldBe(new WorkerRange(1, 2));

        (await Scale(0, 3)).ShouldBe(ScaleOutcome.Done);
        _manager.StatusOf(_model).State.ShouldBe(ModelState.Ready);
        _manager.StatusOf(_model).IsPinned.ShouldBeFalse();
        _scaling.Of(_model).ShouldBe(new WorkerRange(0, 3));
    }

    [Fact]
    public async Task No_worker_at_most_unloads_it_and_its_permits_are_there_when_it_comes_back()
    {
        await Scale(1, 3);

        (await Scale(0, 0)).ShouldBe(ScaleOutcome.Done);

        _manager.StatusOf(_model).State.ShouldBe(ModelState.Absent);
        (await _manager.LeaseAsync(_model, CancellationToken.None)).Dispose();
        _manager.StatusOf(_model).Workers.ShouldBe(3);
    }

    [Fact]
    public async Task A_loaded_model_takes_its_new_workers_at_once_and_keeps_them_through_its_next_load()
    {
        using (var lease = await _manager.LeaseAsync(_model, CancellationToken.None))
        {
            lease.Model.Scheduler.Workers.ShouldBe(4);
            _scaling.Limit(_model, 7);
            lease.Model.Scheduler.Workers.ShouldBe(7);
        }

        await _manager.UnloadAsync(_model, CancellationToken.None);
        using var next = await _manager.LeaseAsync(_model, CancellationToken.None);
        next.Model.Scheduler.Workers.ShouldBe(7);
    }

    [Fact]
    public async Task What_was_asked_for_holds_for_the_files_that_replace_the_models()
    {
        await Scale(1, 5);
        var successor = New();
        _catalog.TryReplace(_catalog.Get("m"), new CatalogModel(successor)).ShouldBeTrue();
        _manager.Scale.HandDown(_model, successor);
        _manager.Retire(_model, successor);

        _scaling.Of(successor).ShouldBe(new WorkerRange(1, 5));
    }

    [Fact]
    public async Task A_limit_of_rows_is_in_force_at_once_and_in_the_next_load_and_for_the_files_that_replace_the_models()
    {
        _runtime.Model("m").OutputShape = new TensorShape(TensorShape.Dynamic);
        using (var lease = await _manager.LeaseAsync(_model, CancellationToken.None))
        {
            lease.Model.MaxBatchSize.ShouldBe(0);
            _scaling.LimitRows(_model, 3);
            lease.Model.MaxBatchSize.ShouldBe(3);
        }

        await _manager.UnloadAsync(_model, CancellationToken.None);
        using (var next = await _manager.LeaseAsync(_model, CancellationToken.None)) next.Model.MaxBatchSize.ShouldBe(3);

        var successor = New();
        _catalog.TryReplace(_catalog.Get("m"), new CatalogModel(successor)).ShouldBeTrue();
        _manager.Scale.HandDown(_model, successor);
        _manager.Retire(_model, successor);
        using (var replaced = await _manager.LeaseAsync(successor, CancellationToken.None)) replaced.Model.MaxBatchSize.ShouldBe(3);
    }

    [Fact]
    public async Task A_limit_of_rows_that_was_asked_for_earlier_files_is_none_where_these_have_no_rows()
    {
        _scaling.LimitRows(_model, 3);

        using var lease = await _manager.LeaseAsync(_model, CancellationToken.None);

        lease.Model.MaxBatchSize.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_that_is_registered_again_begins_anew()
    {
        await Scale(0, 9);
        _catalog.Remove("m");
        var again = New();
        _catalog.Register(new CatalogModel(again));

        _scaling.Of(again).ShouldBe(new WorkerRange(0, 4));
    }

    [Fact]
    public async Task Who_does_not_wait_is_answered_while_the_model_loads()
    {
        _runtime.Model("m").Hold = new ManualResetEventSlim();

        var (_, outcome) = await _scaling.ScaleAsync("m", null, new WorkerRange(1, 1), wait: false, CancellationToken.None);

        outcome.ShouldBe(ScaleOutcome.Begun);
        await _runtime.Model("m").ALoadHasBegun();
        _manager.StatusOf(_model).State.ShouldBe(ModelState.Loading);
        _runtime.Model("m").Hold!.Set();
    }

    [Fact]
    public async Task Who_does_not_wait_for_an_unload_may_leave_before_its_end()
    {
        var lease = await _manager.LeaseAsync(_model, CancellationToken.None);
        using var caller = new CancellationTokenSource();
        await _scaling.ScaleAsync("m", null, new WorkerRange(0, 0), wait: false, caller.Token);

        await caller.CancelAsync();
        lease.Dispose();
        _runtime.Model("m").Failure = _runtime.Model("m").Broken();
        await Should.ThrowAsync<ServingException>(Scale(1, 1));
        _scaling.BeginLoad(_model);

        (await _log.LinesWith("were to be changed")).ShouldHaveSingleItem().ShouldContain("it is broken");
    }

    [Fact]
    public async Task A_load_that_outlasts_the_wait_is_in_progress()
    {
        _runtime.Model("m").Hold = new ManualResetEventSlim();
        var scaling = Scale(1, 1);
        await _runtime.Model("m").ALoadHasBegun();

        _time.Advance(TimeSpan.FromSeconds(61));

        (await scaling).ShouldBe(ScaleOutcome.InProgress);
        _runtime.Model("m").Hold!.Set();
    }

    [Fact]
    public async Task A_load_that_fails_is_told_to_who_waits_and_logged_for_who_does_not()
    {
        _runtime.Model("m").Failure = _runtime.Model("m").Broken();

        (await Should.ThrowAsync<ServingException>(Scale(1, 1))).Kind.ShouldBe(ServingErrorKind.InvalidModel);
        _scaling.BeginLoad(_model);

        (await _log.LinesWith("were to be changed")).ShouldHaveSingleItem().ShouldContain("m:1 were to be changed, and were not: Model m: it is broken.");
    }

    private async Task<ScaleOutcome> Scale(int least, int most) =>
        (await _scaling.ScaleAsync("m", null, new WorkerRange(least, most), wait: true, CancellationToken.None)).Outcome;

    private static ModelDefinition New() => new()
    {
        Id = new ModelId("m", ModelId.FirstVersion),
        Path = Path.Combine(Path.GetTempPath(), "bullpen-no-such-folder", "m.onnx"),
        Url = "m",
        Origin = ModelOrigin.Repository,
    };
}
