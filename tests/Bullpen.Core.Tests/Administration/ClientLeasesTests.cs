using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Core.Tests.Administration;

/// <summary>Leases that clients hold, by a clock that the test moves.</summary>
public sealed class ClientLeasesTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly WatchHarness _bullpen = new(1000, maxModels: 2, "a/model.onnx", "b/model.onnx", "c/model.onnx");
    private readonly ClientLeases _leases;

    public ClientLeasesTests() => _leases = new ClientLeases(
        _bullpen.Catalog, _bullpen.Models, new ClientLeaseOptions { MostAtOnce = 2 }, _bullpen.Time, NullLogger<ClientLeases>.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _leases.Dispose();
        await _bullpen.DisposeAsync();
    }

    [Fact]
    public async Task A_leased_model_is_loaded_and_not_evicted_until_the_lease_is_released()
    {
        var lease = await Acquire("a");
        lease.ExpiresAt.ShouldBe(_bullpen.Time.GetUtcNow() + Minute);
        foreach (var other in new[] { "b", "c", "b" }) await _bullpen.UseAsync(other);
        _bullpen.StateOf("a").ShouldBe(ModelState.Ready);

        _leases.Release(lease.Id).ShouldBeTrue();
        await _bullpen.UseAsync("c");

        _bullpen.StateOf("a").ShouldNotBe(ModelState.Ready);
        _leases.Release(lease.Id).ShouldBeFalse();
    }

    [Fact]
    public async Task A_lease_ends_at_its_time_and_not_before()
    {
        var lease = await Acquire("a");

        _bullpen.Time.Advance(Minute - TimeSpan.FromTicks(1));
        _leases.Find(lease.Id).ShouldBe(lease);
        _bullpen.Cache.StatusOf(_bullpen.Catalog.Resolve("a")).InUse.ShouldBe(1);
        _bullpen.Time.Advance(TimeSpan.FromTicks(1));

        _leases.Find(lease.Id).ShouldBeNull();
        _leases.List().ShouldBeEmpty();
        _bullpen.Cache.StatusOf(_bullpen.Catalog.Resolve("a")).InUse.ShouldBe(0);
    }

    [Fact]
    public async Task A_renewed_lease_ends_at_its_new_time()
    {
        var lease = await Acquire("a");
        _bullpen.Time.Advance(TimeSpan.FromSeconds(50));

        var renewed = _leases.Renew(lease.Id, Minute).ShouldNotBeNull();
        renewed.ExpiresAt.ShouldBe(lease.ExpiresAt + TimeSpan.FromSeconds(50));
        _bullpen.Time.Advance(TimeSpan.FromSeconds(59));
        _leases.Find(lease.Id).ShouldBe(renewed);
        _bullpen.Time.Advance(TimeSpan.FromSeconds(1));

        _leases.Find(lease.Id).ShouldBeNull();
        _leases.Renew(lease.Id, Minute).ShouldBeNull();
        _bullpen.Cache.StatusOf(_bullpen.Catalog.Resolve("a")).InUse.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    public async Task A_time_beyond_the_limits_is_refused_with_the_rule(int seconds)
    {
        var error = await Should.ThrowAsync<ServingException>(() => _leases.AcquireAsync("a", null, TimeSpan.FromSeconds(seconds), CancellationToken.None));

        error.Kind.ShouldBe(ServingErrorKind.InvalidRequest);
        error.Field.ShouldBe("ttl");
        error.Message.ShouldContain("at most 3600s (--max-lease)");
        _bullpen.StateOf("a").ShouldBe(ModelState.Absent);
    }

    [Fact]
    public async Task There_are_no_more_at_once_than_the_limit_those_that_wait_included()
    {
        var first = await Acquire("a");
        using var hold = new ManualResetEventSlim();
        _bullpen.Runtime.Model("b").Hold = hold;
        var second = Acquire("b");
        await _bullpen.Runtime.Model("b").ALoadHasBegun();

        var third = Acquire("a");
        hold.Set();
        await second;
        var error = await Should.ThrowAsync<ServingException>(() => third);
        error.Kind.ShouldBe(ServingErrorKind.Overloaded);
        error.RetryAfter.ShouldBe(Minute);
        _leases.Release(first.Id);

        (await Acquire("a")).Model.Name.ShouldBe("a");
    }

    [Fact]
    public async Task A_lease_that_failed_or_was_given_up_takes_no_place()
    {
        _bullpen.Runtime.Model("a").Failure = _bullpen.Runtime.Model("a").Broken();
        for (var i = 0; i < 3; i++) await Should.ThrowAsync<ServingException>(() => Acquire("a"));
        await Should.ThrowAsync<OperationCanceledException>(() => _leases.AcquireAsync("b", null, Minute, new CancellationToken(canceled: true)));

        await Acquire("b");
        await Acquire("c");
        _leases.List().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Deleting_the_model_revokes_its_leases_and_waits_for_none()
    {
        var lease = await Acquire("a");
        var other = await Acquire("b");

        await _bullpen.Administration.UnregisterAsync("a", CancellationToken.None);

        _leases.List().ShouldBe([other]);
        _leases.Renew(lease.Id, Minute).ShouldBeNull();
        _bullpen.Runtime.Model("a").Alive.ShouldBe(0);
    }

    [Fact]
    public async Task A_model_that_is_deleted_while_its_lease_waits_for_the_load_is_not_leased()
    {
        using var hold = new ManualResetEventSlim();
        _bullpen.Runtime.Model("a").Hold = hold;
        var leasing = Acquire("a");
        await _bullpen.Runtime.Model("a").ALoadHasBegun();

        var deleting = _bullpen.Administration.UnregisterAsync("a", CancellationToken.None);
        hold.Set();

        (await Should.ThrowAsync<ServingException>(() => leasing)).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        await deleting;
        _leases.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_whose_files_are_replaced_stays_for_its_lease_and_its_successor_answers()
    {
        var lease = await Acquire("a");

        _bullpen.Write("a/model.onnx");
        await _bullpen.LookTwice();

        _bullpen.Runtime.Model("a").Alive.ShouldBe(2);
        _leases.Find(lease.Id).ShouldNotBeNull();
        Leased().ShouldBe([ModelState.Draining]);
        _leases.Release(lease.Id);

        Leased().ShouldBeEmpty();
        _bullpen.StateOf("a").ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_successor_without_room_beside_the_leased_model_revokes_the_lease()
    {
        _bullpen.Runtime.Model("a").Bytes = 600;
        await Acquire("a");

        _bullpen.Write("a/model.onnx");
        await _bullpen.LookTwice();

        _leases.List().ShouldBeEmpty();
        _bullpen.StateOf("a").ShouldBe(ModelState.Ready);
        _bullpen.Runtime.Model("a").Alive.ShouldBe(1);
    }

    [Fact]
    public async Task A_model_whose_files_are_taken_away_leaves_though_it_is_leased()
    {
        await Acquire("a");

        Directory.Delete(_bullpen.Folder.At("a"), recursive: true);
        await _bullpen.LookTwice();

        _leases.List().ShouldBeEmpty();
        _bullpen.Cache.Residents().ShouldAllBe(resident => resident.Status.State == ModelState.Unloading);
    }

    [Fact]
    public async Task A_lease_on_the_successor_outlives_the_revoking_of_those_on_the_model_it_replaced()
    {
        var old = _bullpen.Catalog.Resolve("a");
        await Acquire("a");
        _bullpen.Write("a/model.onnx");
        await _bullpen.LookTwice();
        var onSuccessor = await Acquire("a");

        _bullpen.Models.Revoke(old);

        _leases.List().ShouldBe([onSuccessor]);
    }

    [Fact]
    public async Task Deleting_a_model_revokes_also_the_leases_on_what_it_replaced()
    {
        await Acquire("a");
        _bullpen.Write("a/model.onnx");
        await _bullpen.LookTwice();
        await Acquire("a");

        await _bullpen.Administration.UnregisterAsync("a", CancellationToken.None);

        _leases.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_version_without_room_beside_the_leased_one_revokes_the_lease_though_that_stays_registered()
    {
        await using var bullpen = new WatchHarness(1000, maxModels: null, "v/1/model.onnx");
        using var leases = new ClientLeases(bullpen.Catalog, bullpen.Models, new ClientLeaseOptions(), bullpen.Time, NullLogger<ClientLeases>.Instance);
        bullpen.Folder.Write("v/model.json", """{"versions": "all"}"""u8);
        await bullpen.LookTwice();
        bullpen.Runtime.Model("v").Bytes = 600;
        await leases.AcquireAsync("v", null, Minute, CancellationToken.None);

        bullpen.Write("v/2/model.onnx");
        await bullpen.LookTwice().WaitAsync(TimeSpan.FromSeconds(30));

        leases.List().ShouldBeEmpty();
        bullpen.Catalog.Get("v").Versions.Count.ShouldBe(2);
        bullpen.StateOf("v").ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_lease_on_a_model_in_memory_is_no_hit()
    {
        await _bullpen.UseAsync("a");
        await _bullpen.UseAsync("a");

        await Acquire("a");

        _bullpen.Cache.Usage().Hits.ShouldBe(1);
    }

    [Fact]
    public async Task The_end_waits_for_no_lease()
    {
        await Acquire("a");

        _leases.Dispose();
        await _bullpen.Models.DisposeAsync();

        _bullpen.Runtime.Model("a").Alive.ShouldBe(0);
        (await Should.ThrowAsync<ServingException>(() => Acquire("a"))).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
    }

    [Fact]
    public async Task Who_waits_for_room_that_leases_hold_is_told_so_and_to_come_back_when_enough_of_them_end()
    {
        foreach (var name in new[] { "a", "b" }) _bullpen.Runtime.Model(name).Bytes = 400;
        _bullpen.Runtime.Model("c").Bytes = 500;
        await _leases.AcquireAsync("a", null, 30 * Minute, CancellationToken.None);
        var second = await _leases.AcquireAsync("b", null, 10 * Minute, CancellationToken.None);
        _leases.Renew(second.Id, 20 * Minute);
        var waiting = _bullpen.Lease("c");

        _bullpen.Time.Advance(Minute);

        var error = await Should.ThrowAsync<ServingException>(waiting);
        error.Message.ShouldContain("models that clients lease hold 800 bytes (2) [a:1, b:1, by 2 leases].");
        error.Message.ShouldContain("end in 1140 s");
        error.Message.ShouldNotContain(second.Id);
        var retryAfter = error.RetryAfter.ShouldNotBeNull();
        (retryAfter - (19 * Minute)).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1), "b's lease ends first and is enough");
    }

    [Fact]
    public async Task Where_the_count_is_full_of_leases_the_count_is_spoken_of()
    {
        await _leases.AcquireAsync("a", null, 30 * Minute, CancellationToken.None);
        using var used = await _bullpen.Lease("b");
        await _leases.AcquireAsync("b", null, 20 * Minute, CancellationToken.None);
        var waiting = _bullpen.Lease("c");

        _bullpen.Time.Advance(Minute);

        var error = await Should.ThrowAsync<ServingException>(waiting);
        error.Message.ShouldContain("It waits for a place. Of 2 models (--max-models), models that clients lease are 2 [a:1, b:1, by 2 leases].");
        error.Message.ShouldNotContain("bytes");
        error.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(19 * Minute);
    }

    [Fact]
    public async Task A_lease_in_nobodys_way_delays_nobodys_next_try()
    {
        await Acquire("a");
        var used = await _bullpen.Lease("b");
        var waiting = _bullpen.Lease("c");

        _bullpen.Cache.ProspectOf(_bullpen.Catalog.Resolve("c")).ReadyIn.ShouldBeLessThan(TimeSpan.FromSeconds(5));

        used.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task The_one_that_expires_next_is_listed_first()
    {
        var later = await _leases.AcquireAsync("a", null, 2 * Minute, CancellationToken.None);
        var sooner = await Acquire("a");

        _leases.List().ShouldBe([sooner, later]);
    }

    private List<ModelState> Leased() =>
        [.. _bullpen.Cache.Residents().Where(resident => resident.Status.InUse > 0).Select(resident => resident.Status.State)];

    private Task<ClientLease> Acquire(string name) => _leases.AcquireAsync(name, null, Minute, CancellationToken.None);
}
