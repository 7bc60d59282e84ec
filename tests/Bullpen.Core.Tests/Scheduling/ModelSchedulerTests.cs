using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;
using Bullpen.Core.Tensors;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class ModelSchedulerTests : IDisposable
{
    private readonly FakeRuntime _runtime = new();
    private readonly ExecutionGate _gate = new(width: 8);
    private readonly IModelSession _session;

    public ModelSchedulerTests()
    {
        _session = _runtime.Load(new ModelFile("a", "a.onnx"), CancellationToken.None);
    }

    public void Dispose()
    {
        _session.Dispose();
    }

    [Fact]
    public async Task The_longest_queue_of_all_does_not_overflow()
    {
        var scheduler = new ModelScheduler("a", _session, _gate, new SchedulerOptions(Workers: 2, QueueLength: int.MaxValue));

        await Should.NotThrowAsync(() => Task.Run(() => Run(scheduler)));
    }

    [Fact]
    public async Task No_more_requests_run_at_once_than_there_are_workers()
    {
        var scheduler = new ModelScheduler("a", _session, _gate, new SchedulerOptions(Workers: 2, QueueLength: 10));
        var model = _runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var runs = Enumerable.Range(0, 5).Select(_ => Task.Run(() => Run(scheduler))).ToList();
        await model.ARunHasBegun();
        await model.ARunHasBegun();

        var third = model.ARunHasBegun();

        third.IsCompleted.ShouldBeFalse();
        model.HoldRun.Set();
        await Task.WhenAll(runs);
        await third;
        model.MostRunsAtOnce.ShouldBe(2);
        scheduler.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task No_more_models_run_at_once_than_the_gate_is_wide()
    {
        var gate = new ExecutionGate(width: 1);
        var first = new ModelScheduler("a", _session, gate, new SchedulerOptions(4, 4));
        var second = new ModelScheduler("b", _session, gate, new SchedulerOptions(4, 4));
        var model = _runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var runs = new[] { Task.Run(() => Run(first)), Task.Run(() => Run(second)), Task.Run(() => Run(first)) };
        await model.ARunHasBegun();
        model.HoldRun.Set();

        await Task.WhenAll(runs);

        model.MostRunsAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_beyond_the_queue_is_refused_and_the_others_are_not_disturbed()
    {
        var scheduler = new ModelScheduler("a", _session, _gate, new SchedulerOptions(Workers: 1, QueueLength: 1));
        var model = _runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var running = Task.Run(() => Run(scheduler));
        await model.ARunHasBegun();
        var queued = Run(scheduler);

        var error = await Should.ThrowAsync<ServingException>(Run(scheduler));

        error.Kind.ShouldBe(ServingErrorKind.Overloaded);
        error.Model.ShouldBe("a");
        error.RetryAfter.ShouldNotBeNull();
        scheduler.Pending.ShouldBe(2);
        model.HoldRun.Set();
        await Task.WhenAll(running, queued);
        scheduler.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Who_gives_up_in_the_queue_frees_the_place()
    {
        var scheduler = new ModelScheduler("a", _session, _gate, new SchedulerOptions(Workers: 1, QueueLength: 1));
        var model = _runtime.Model("a");
        model.HoldRun = new ManualResetEventSlim();
        var running = Task.Run(() => Run(scheduler));
        await model.ARunHasBegun();
        using var impatience = new CancellationTokenSource();
        var impatient = Run(scheduler, impatience.Token);

        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(impatient);
        scheduler.Pending.ShouldBe(1);
        var next = Run(scheduler);
        model.HoldRun.Set();
        await Task.WhenAll(running, next);
        scheduler.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Who_gives_up_at_the_gate_frees_the_permit()
    {
        var gate = new ExecutionGate(width: 1);
        var another = new WorkerPermits(gate, 1);
        await another.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var scheduler = new ModelScheduler("a", _session, gate, new SchedulerOptions(Workers: 1, QueueLength: 0));
        using var impatience = new CancellationTokenSource();
        var impatient = Run(scheduler, impatience.Token);

        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(impatient);
        scheduler.Pending.ShouldBe(0);
        another.Exit();
        await Run(scheduler);
    }

    [Fact]
    public async Task A_run_that_throws_frees_its_permit_and_its_turn()
    {
        var gate = new ExecutionGate(width: 1);
        var scheduler = new ModelScheduler("a", _session, gate, new SchedulerOptions(Workers: 1, QueueLength: 0));
        _runtime.Model("a").RunFailure = new ServingException(ServingErrorKind.ExecutionFailed, "an operator failed");

        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<ServingException>(Run(scheduler))).Kind.ShouldBe(ServingErrorKind.ExecutionFailed);

        scheduler.Pending.ShouldBe(0);
        _runtime.Model("a").RunFailure = null;
        await Run(scheduler);
    }

    [Fact]
    public async Task Requests_run_in_the_order_in_which_they_came()
    {
        using var session = new RecordingSession();
        var gate = new ExecutionGate(width: 1);
        var another = new WorkerPermits(gate, 1);
        await another.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var scheduler = new ModelScheduler("a", session, gate, new SchedulerOptions(Workers: 1, QueueLength: 20));
        var names = Enumerable.Range(0, 20).Select(index => $"output{index}").ToList();
        var queued = names.ConvertAll(name => scheduler.RunAsync((session, token) => session.Run([], [name], token), CancellationToken.None));

        another.Exit();
        await Task.WhenAll(queued);

        session.Ran.ShouldBe(names);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 1)]
    public async Task Requests_of_a_higher_priority_go_first_whether_they_wait_for_the_model_or_for_the_server(int workers, int width)
    {
        using var session = new RecordingSession();
        var gate = new ExecutionGate(width);
        var permits = new WorkerPermits(gate, workers);
        var running = workers == 1 ? permits : new WorkerPermits(gate, width);
        for (var i = 0; i < Math.Min(workers, width); i++) await running.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var scheduler = new ModelScheduler("a", session, permits, queueLength: 20, refused: null);
        int[] priorities = [50, 100, 50, 1, 2, 1];
        var queued = priorities.Select((priority, at) => scheduler.RunAsync(
            (session, token) => session.Run([], [$"{priority}.{at}"], token), CancellationToken.None, CancellationToken.None, priority)).ToList();

        running.Exit();
        await Task.WhenAll(queued);

        session.Ran.ShouldBe(["1.3", "1.5", "2.4", "50.0", "50.2", "100.1"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_waits_for_no_run_of_lower_priority_that_has_not_begun(int workers)
    {
        using var session = new RecordingSession();
        var gate = new ExecutionGate(width: 1);
        var running = new WorkerPermits(gate, 1);
        await running.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var ours = new ModelScheduler("ours", session, gate, new SchedulerOptions(workers, QueueLength: 100));
        var others = new ModelScheduler("others", session, gate, new SchedulerOptions(Workers: 100, QueueLength: 100));
        var all = Enumerable.Range(0, 2).Select(_ => RunAsync(ours, "low", RequestPriority.Lowest)).ToList();
        all.AddRange(Enumerable.Range(0, 3).Select(_ => RunAsync(others, "middle", RequestPriority.Default)));
        all.Add(RunAsync(ours, "high", RequestPriority.Highest));

        running.Exit();
        await Task.WhenAll(all);

        session.Ran.ShouldBe(["high", "middle", "middle", "middle", "low", "low"]);

        static Task RunAsync(ModelScheduler scheduler, string name, int priority) => scheduler.RunAsync(
            (session, token) => session.Run([], [name], token), CancellationToken.None, CancellationToken.None, priority);
    }

    [Fact]
    public async Task A_burst_of_refusals_refuses_nobody_for_whom_there_is_a_place()
    {
        var scheduler = new ModelScheduler("a", _session, _gate, new SchedulerOptions(Workers: 1, QueueLength: 0));
        var (answered, refused) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                try
                {
                    await Run(scheduler);
                    Interlocked.Increment(ref answered);
                }
                catch (ServingException e) when (e.Kind == ServingErrorKind.Overloaded)
                {
                    Interlocked.Increment(ref refused);
                    scheduler.Pending.ShouldBeLessThanOrEqualTo(1);
                }
            }
        })));

        (answered + refused).ShouldBe(4000);
        scheduler.Pending.ShouldBe(0);
    }

    /// <summary>Remembers which outputs were asked for, in order.</summary>
    private sealed class RecordingSession : IModelSession
    {
        public ModelSignature Signature { get; } = new() { Inputs = [], Outputs = [] };

        public ModelFootprint Footprint => default;

        internal List<string> Ran { get; } = [];

        public IReadOnlyList<NamedTensor> Run(
            IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
        {
            Ran.AddRange(outputs);
            return [];
        }

        public void Dispose()
        {
            // Nothing to give back.
        }
    }

    private static Task<IReadOnlyList<NamedTensor>> Run(ModelScheduler scheduler, CancellationToken cancellationToken = default) =>
        scheduler.RunAsync((session, token) => session.Run([], ["serial"], token), cancellationToken);
}
