using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Tests.Models;

/// <summary>What the parts around the manager may throw, and that it strands nobody.</summary>
public sealed class ModelManagerFaultTests
{
    [Fact]
    public async Task A_size_that_cannot_be_estimated_fails_the_caller_alone_and_without_a_path()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Runtime.Model("gone").EstimateFailure = new FileNotFoundException("no /home/secret/gone.onnx");

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("gone"));

        error.Kind.ShouldBe(ServingErrorKind.ModelSourceNotFound);
        error.Message.ShouldNotContain("/home");
        bullpen.Runtime.Model("gone").EstimateFailure = null;
        await bullpen.Use("gone");
    }

    [Fact]
    public async Task An_unload_that_throws_still_gives_the_room_back()
    {
        await using var bullpen = new ManagerHarness(budget: 150);
        bullpen.Runtime.Model("bad").DisposeFailure = new InvalidOperationException("native trouble");
        await bullpen.Use("bad");

        await bullpen.Use("next");

        bullpen.Ready().ShouldBe(["next"]);
        bullpen.Ledger.Used.ShouldBe(100);
    }

    [Fact]
    public async Task A_session_that_cannot_be_put_to_use_is_disposed()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Definition("bad", new ModelManifest { Workers = 0 });

        (await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"))).Kind.ShouldBe(ServingErrorKind.ModelLoadFailed);

        bullpen.Runtime.Model("bad").Loads.ShouldBe(1);
        bullpen.Runtime.BytesAlive.ShouldBe(0);
        bullpen.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_session_of_negative_size_is_disposed_and_spoils_nothing()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Runtime.Model("bad").Estimate = 10;
        bullpen.Runtime.Model("bad").Bytes = -1;

        await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        bullpen.Runtime.Model("bad").Bytes = 20;
        bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        await bullpen.Use("bad");

        bullpen.Runtime.Model("bad").Alive.ShouldBe(1);
        bullpen.Ledger.Used.ShouldBe(20);
    }

    [Fact]
    public async Task A_log_that_throws_strands_nobody()
    {
        var bullpen = new ManagerHarness(budget: 150, logger: new ThrowingLogger());
        bullpen.Runtime.Model("bad").Failure = bullpen.Runtime.Model("bad").Broken();

        await bullpen.Use("a");
        await bullpen.Use("b");
        await Should.ThrowAsync<ServingException>(bullpen.Lease("bad"));
        await bullpen.Use("c");

        bullpen.Ready().ShouldBe(["c"]);
        await bullpen.DisposeAsync();
        bullpen.Runtime.BytesAlive.ShouldBe(0);
    }

    [Fact]
    public async Task A_policy_that_throws_fails_the_caller_and_keeps_no_lease()
    {
        await using var bullpen = new ManagerHarness(cacheOptions: new ModelCacheOptions { MaxModels = 2 }, policy: new ThrowingPolicy());
        await bullpen.Use("a");
        await bullpen.Use("b");

        await Should.ThrowAsync<InvalidOperationException>(bullpen.Lease("c"));

        bullpen.StateOf("c").ShouldBe(ModelState.Absent);
        bullpen.Ready().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_caller_who_has_given_up_already_begins_no_load()
    {
        await using var bullpen = new ManagerHarness();

        await Should.ThrowAsync<OperationCanceledException>(bullpen.Lease("a", new CancellationToken(canceled: true)));

        bullpen.Cache.StatusOf(bullpen.Definition("a")).ShouldBe(ModelStatus.NeverLoaded);
    }

    [Fact]
    public async Task A_definition_with_a_fault_is_refused_with_its_reason()
    {
        await using var bullpen = new ManagerHarness();
        var faulty = new ModelDefinition
        {
            Id = new ModelId("a", ModelId.FirstVersion),
            Path = "",
            Url = "a",
            Origin = ModelOrigin.Repository,
            Fault = "Model a: its folder holds no model file.",
        };

        var error = await Should.ThrowAsync<ServingException>(bullpen.Manager.LeaseAsync(faulty, CancellationToken.None).AsTask());

        error.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        error.Message.ShouldBe(faulty.Fault);
    }

    [Fact]
    public async Task A_load_that_waits_for_its_turn_at_shutdown_never_begins_and_its_caller_is_told()
    {
        var bullpen = new ManagerHarness(options: new ModelManagerOptions { LoadConcurrency = 1 });
        bullpen.Runtime.Model("slow").Hold = new ManualResetEventSlim();
        var slow = bullpen.Lease("slow");
        await bullpen.Runtime.Model("slow").ALoadHasBegun();
        var next = bullpen.Lease("next");

        await bullpen.DisposeAsync();

        (await Should.ThrowAsync<ServingException>(slow)).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        (await Should.ThrowAsync<ServingException>(next)).Kind.ShouldBe(ServingErrorKind.ShuttingDown);
        bullpen.Runtime.Model("next").Loads.ShouldBe(0);
        bullpen.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task Disposing_twice_does_nothing_more()
    {
        var bullpen = new ManagerHarness();
        await bullpen.Use("a");
        await bullpen.Manager.DisposeAsync();

        await bullpen.Manager.DisposeAsync();

        bullpen.Runtime.Violations.ShouldBeEmpty();
        bullpen.Ledger.Used.ShouldBe(0);
    }

    private sealed class ThrowingPolicy : EvictionPolicy
    {
        public override string Name => "throwing";

        public override string Description => "throwing";

        public override double Worth(in EvictionCandidate candidate) => throw new InvalidOperationException("a bug");
    }

    private sealed class ThrowingLogger : ILogger<ModelManager>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the log's disk is full");
    }
}
