using Bullpen.Core.Models;
using Bullpen.Core.State;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>What the manager takes from earlier runs of the server, and what it leaves to later ones.</summary>
public sealed class ModelManagerHistoryTests : IAsyncLifetime
{
    private readonly FakeHistory _history = new();
    private readonly ManagerHarness _harness;

    public ModelManagerHistoryTests() => _harness = new ManagerHarness(budget: 1000, history: _history);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _harness.DisposeAsync().AsTask();

    [Fact]
    public async Task The_first_load_of_a_known_content_reserves_what_was_measured_and_not_the_estimate()
    {
        Remember("a", 300);
        var model = _harness.Runtime.Model("a");
        (model.Bytes, model.Estimate) = (300, 5000);
        using var hold = new ManualResetEventSlim();
        model.Hold = hold;

        var lease = _harness.Lease("a");
        await model.ALoadHasBegun();

        _harness.Ledger.Used.ShouldBe(300);
        hold.Set();
        (await lease).Dispose();
    }

    [Fact]
    public void A_known_content_is_described_by_its_measure_before_its_first_load()
    {
        Remember("a", 300);

        var status = _harness.Manager.StatusOf(_harness.Definition("a"));

        status.State.ShouldBe(ModelState.Absent);
        (status.ExpectedBytes, status.IsMeasured, status.LoadTime).ShouldBe((300, true, TimeSpan.FromSeconds(2)));
        _harness.Manager.StatusOf(_harness.Definition("unknown")).IsMeasured.ShouldBeFalse();
    }

    [Fact]
    public async Task What_this_run_measured_counts_more_than_what_an_earlier_one_did()
    {
        Remember("a", 300);
        _harness.Runtime.Model("a").Bytes = 200;

        await _harness.Use("a");

        _harness.Manager.StatusOf(_harness.Definition("a")).ExpectedBytes.ShouldBe(200);
        _history.Loads.ShouldBe([(_harness.Definition("a").Path, 200)]);
    }

    [Fact]
    public async Task The_last_use_is_recorded_now_and_then_and_when_a_model_is_evicted()
    {
        await _harness.Use("a");
        var used = _harness.Time.GetUtcNow();
        _harness.Time.Advance(TimeSpan.FromMinutes(1));

        _harness.Manager.RecordUse();
        _history.Uses["a"].ShouldBe(used);
        _history.Uses.Clear();
        _harness.Runtime.Model("large").Bytes = 950;
        await _harness.Use("large");

        _history.Uses["a"].ShouldBe(used);
    }

    [Fact]
    public async Task A_deleted_model_leaves_no_last_use_behind()
    {
        await _harness.Use("a");
        var definition = _harness.Unregister("a");

        await _harness.Manager.UnloadAsync(definition, CancellationToken.None);

        _history.Uses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_model_that_is_still_in_use_leaves_no_last_use_behind()
    {
        var lease = await _harness.Lease("a");
        var deleting = _harness.Manager.UnloadAsync(_harness.Unregister("a"), CancellationToken.None);

        _harness.Manager.RecordUse();
        lease.Dispose();
        await deleting;

        _history.Uses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_is_evicted_between_its_deletion_and_its_unloading_leaves_no_last_use_behind()
    {
        await _harness.Use("a");
        _harness.Unregister("a");

        _harness.Manager.RecordUse();
        _harness.Runtime.Model("large").Bytes = 950;
        await _harness.Use("large");

        _harness.Runtime.Model("a").Alive.ShouldBe(0);
        _history.Uses.ShouldBeEmpty();
    }

    private void Remember(string name, long bytes) =>
        _history.Known[_harness.Definition(name).Path] = new ContentMeasure(bytes, TimeSpan.FromSeconds(2));
}
