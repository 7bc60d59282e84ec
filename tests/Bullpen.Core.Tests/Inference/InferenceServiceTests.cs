using Bullpen.Core.Inference;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;
using Bullpen.Core.Tensors;
using Bullpen.Core.Tests.Inputs;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Inference;

public sealed class InferenceServiceTests : IAsyncDisposable
{
    private readonly ManagerHarness _bullpen = new(options: new ModelManagerOptions { Workers = 1, QueueLength = 10 });
    private readonly InferenceStatistics _statistics;
    private readonly InferenceService _inference;

    public InferenceServiceTests()
    {
        var catalog = new ModelCatalog();
        catalog.Register(new CatalogModel(_bullpen.Definition("a")));
        _statistics = new InferenceStatistics(_bullpen.Time);
        _inference = new InferenceService(
            catalog, _bullpen.Manager, new InputBinder(new FakeImageDecoder(), new DataFolder(null, 1000), new InputOptions()), _statistics, _bullpen.Time);
    }

    [Fact]
    public async Task A_request_that_waits_longer_for_its_turn_than_it_may_is_given_up_and_the_running_one_is_not_disturbed()
    {
        var model = _bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var running = Task.Run(() => InferAsync());
        await model.ARunHasBegun();
        var waiting = InferAsync(TimeSpan.FromMilliseconds(5));

        _bullpen.Time.Advance(TimeSpan.FromMilliseconds(5));
        var error = await Should.ThrowAsync<ServingException>(waiting);

        error.Kind.ShouldBe(ServingErrorKind.Overloaded);
        error.Message.ShouldBe("Request timeout expired: model a had no turn for it within 5000 µs. Try again.");
        model.HoldRun.Set();
        await running;
        var times = _statistics.Of(_bullpen.Definition("a"))!;
        (times.Requests, times.Failures).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_request_of_a_higher_priority_goes_before_those_that_wait()
    {
        var model = _bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var running = Task.Run(() => InferAsync());
        await model.ARunHasBegun();
        Task<InferenceResponse>[] waiting = [InferAsync(rows: 4, priority: RequestPriority.Lowest), InferAsync(rows: 3), InferAsync(rows: 2, priority: RequestPriority.Highest)];

        model.HoldRun.Set();
        await Task.WhenAll([running, .. waiting]);

        model.RunSizes.ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_timeout_ends_nothing_that_runs()
    {
        var model = _bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var running = Task.Run(() => InferAsync(TimeSpan.FromMilliseconds(5)));
        await model.ARunHasBegun();

        _bullpen.Time.Advance(TimeSpan.FromSeconds(1));
        model.HoldRun.Set();

        (await running).Outputs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_timeout_ends_the_wait_for_a_load_which_goes_on()
    {
        var model = _bullpen.Runtime.Model("a");
        model.Hold = new ManualResetEventSlim();
        var waiting = InferAsync(TimeSpan.FromMilliseconds(5));
        await model.ALoadHasBegun();

        _bullpen.Time.Advance(TimeSpan.FromMilliseconds(5));
        (await Should.ThrowAsync<ServingException>(waiting)).Message.ShouldStartWith("Request timeout expired");
        model.Hold.Set();

        (await InferAsync()).Outputs.Count.ShouldBe(1);
        model.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task Requests_are_counted_with_their_rows_and_timed_from_the_queue_on()
    {
        _statistics.Of(_bullpen.Definition("a")).ShouldBeNull();
        await InferAsync(rows: 3);
        await InferAsync(rows: 2);
        await Should.ThrowAsync<ServingException>(_inference.InferAsync(new InferenceRequest("a", null, new TextPayload("x")), CancellationToken.None));

        var times = _statistics.Of(_bullpen.Definition("a"))!;
        (times.Requests, times.Rows, times.Failures).ShouldBe((2, 5, 1));
        times.Last.ShouldBe(_bullpen.Time.GetUtcNow());
    }

    [Fact]
    public async Task The_time_before_a_turn_is_the_queues_and_that_after_it_the_runs()
    {
        var model = _bullpen.Runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var first = Task.Run(() => InferAsync());
        await model.ARunHasBegun();
        var second = InferAsync();
        _bullpen.Time.Advance(TimeSpan.FromSeconds(2));

        model.HoldRun.Set();
        await Task.WhenAll(first, second);

        var times = _statistics.Of(_bullpen.Definition("a"))!;
        (times.RunTime, times.QueueTime).ShouldBe((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task A_request_whose_model_cannot_be_loaded_counts_among_its_failures_with_the_time_that_it_waited()
    {
        var model = _bullpen.Runtime.Model("a");
        model.Failure = new ServingException(ServingErrorKind.InvalidModel, "no model");
        model.Hold = new ManualResetEventSlim();
        var waiting = InferAsync();
        await model.ALoadHasBegun();
        _bullpen.Time.Advance(TimeSpan.FromSeconds(2));
        model.Hold.Set();
        await Should.ThrowAsync<ServingException>(waiting);

        await Should.ThrowAsync<ServingException>(InferAsync(), "the failure is remembered");

        var times = _statistics.Of(_bullpen.Definition("a"))!;
        (times.Requests, times.Failures, times.FailedTime).ShouldBe((0, 2, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task A_request_for_a_model_or_version_that_is_not_there_counts_nowhere()
    {
        var nobody = new InferenceRequest("b", null, new TextPayload("x"));

        await Should.ThrowAsync<ServingException>(_inference.InferAsync(nobody, CancellationToken.None));
        await Should.ThrowAsync<ServingException>(_inference.InferAsync(nobody with { Model = "a", Version = "99" }, CancellationToken.None));

        _statistics.Of(_bullpen.Definition("a")).ShouldBeNull();
    }

    [Fact]
    public async Task The_time_in_which_outputs_are_copied_is_told_from_the_runs()
    {
        var model = _bullpen.Runtime.Model("a");
        model.Copying = () => _bullpen.Time.Advance(TimeSpan.FromSeconds(3));

        await InferAsync();

        var times = _statistics.Of(_bullpen.Definition("a"))!;
        (times.RunTime, times.OutputTime).ShouldBe((TimeSpan.Zero, TimeSpan.FromSeconds(3)));
    }

    public async ValueTask DisposeAsync() => await _bullpen.DisposeAsync();

    private Task<InferenceResponse> InferAsync(TimeSpan? timeout = null, int rows = 1, int priority = RequestPriority.Default)
    {
        var tensor = Tensor.FromValues<float>(ElementType.Float32, new TensorShape(rows), new float[rows]);
        return _inference.InferAsync(
            new InferenceRequest("a", null, new TensorsPayload([new NamedTensor("x", tensor)])) { Timeout = timeout, Priority = priority }, CancellationToken.None);
    }
}
