namespace Bullpen.Core.Tests.Administration;

/// <summary>Where a platform decides, a model is known from the end of its load until it is unloaded.</summary>
public sealed class ExternalAdministrationTests
{
    [Fact]
    public async Task Registering_loads_also_where_it_was_not_asked_to()
    {
        await using var platform = new ExternalHarness();

        await platform.Administration.RegisterAsync("m", "a.onnx", load: false, CancellationToken.None);

        platform.Listed().ShouldBe(["m"]);
        platform.Runtime.Model("m").Loads.ShouldBe(1);
    }

    [Fact]
    public async Task A_model_is_not_known_while_it_loads_but_its_name_is_taken()
    {
        await using var platform = new ExternalHarness();
        var model = platform.Runtime.Model("m");
        model.Hold = new ManualResetEventSlim();
        var loading = platform.RegisterAsync("m");
        await model.ALoadHasBegun();

        platform.Listed().ShouldBeEmpty();
        Should.Throw<ServingException>(() => platform.Administration.Describe("m")).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        (await Should.ThrowAsync<ServingException>(platform.UnregisterAsync("m"))).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        (await Should.ThrowAsync<ServingException>(platform.RegisterAsync("m"))).Kind.ShouldBe(ServingErrorKind.ModelAlreadyRegistered);

        model.Hold.Set();
        await loading;
        platform.Listed().ShouldBe(["m"]);
        platform.Administration.Describe("m").IsLoaded.ShouldBeTrue();
        (await Should.ThrowAsync<ServingException>(platform.RegisterAsync("m"))).Kind.ShouldBe(ServingErrorKind.ModelAlreadyRegistered);
    }

    [Fact]
    public async Task A_load_that_fails_leaves_nothing_and_says_why()
    {
        await using var platform = new ExternalHarness();
        platform.Runtime.Model("m").Failure = platform.Runtime.Model("m").Broken();

        (await Should.ThrowAsync<ServingException>(platform.RegisterAsync("m"))).Kind.ShouldBe(ServingErrorKind.InvalidModel);
        platform.Runtime.Model("m").Failure = null;

        platform.Listed().ShouldBeEmpty();
        platform.Cache.Budget.Ledger.Used.ShouldBe(0);
        await platform.RegisterAsync("m");
        platform.Listed().ShouldBe(["m"]);
    }

    [Fact]
    public async Task A_load_that_the_platform_gave_up_is_taken_back()
    {
        await using var platform = new ExternalHarness();
        var model = platform.Runtime.Model("m");
        model.Hold = new ManualResetEventSlim();
        using var leaves = new CancellationTokenSource();
        var loading = platform.Administration.RegisterAsync("m", "a.onnx", load: true, leaves.Token);
        await model.ALoadHasBegun();

        await leaves.CancelAsync();
        model.Hold.Set();

        await Should.ThrowAsync<OperationCanceledException>(loading);
        platform.Listed().ShouldBeEmpty();
        platform.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task An_unload_is_answered_when_the_memory_is_back()
    {
        await using var platform = new ExternalHarness();
        var model = platform.Runtime.Model("m");
        model.HoldDispose = new ManualResetEventSlim();
        await platform.RegisterAsync("m");

        var unloading = platform.UnregisterAsync("m");
        platform.Listed().ShouldBeEmpty();
        unloading.IsCompleted.ShouldBeFalse();
        platform.Cache.Budget.Ledger.Used.ShouldBe(100);
        model.HoldDispose.Set();
        await unloading;

        platform.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    [Fact]
    public async Task The_versions_of_a_model_stay_as_they_are_so_that_its_name_can_be_given_back()
    {
        await using var platform = new ExternalHarness();
        await platform.Administration.RegisterAsync("m", "two", load: true, CancellationToken.None);

        Should.Throw<ServingException>(() => platform.Versions.SetDefault("m", "1")).Kind.ShouldBe(ServingErrorKind.NotSupported);
        (await Should.ThrowAsync<ServingException>(platform.Versions.UnregisterAsync("m", "1", CancellationToken.None))).Kind
            .ShouldBe(ServingErrorKind.NotSupported);

        await platform.UnregisterAsync("m");
        await platform.RegisterAsync("m");
        await platform.Versions.UnregisterAsync("m", "1", CancellationToken.None);
        platform.Listed().ShouldBeEmpty();
    }
}
