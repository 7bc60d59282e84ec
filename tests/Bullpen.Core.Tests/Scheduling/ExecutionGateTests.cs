using Bullpen.Core.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class ExecutionGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_waits_goes_by_priority_and_within_one_in_the_order_of_arrival()
    {
        var queue = new WorkerPermits(new ExecutionGate(1), 8);
        await queue.EnterAsync(RequestPriority.Lowest, CancellationToken.None);
        int[] priorities = [50, 50, 100, 1, 50, 1, 99];
        var waiting = priorities.Select(priority => queue.EnterAsync(priority, CancellationToken.None)).ToList();

        foreach (var next in new[] { 3, 5, 0, 1, 4, 6, 2 })
        {
            waiting.ShouldAllBe(one => !one.IsCompleted);
            queue.Exit();
            await waiting[next].WaitAsync(Patience);
            waiting[next] = new TaskCompletionSource().Task;
        }
    }

    [Fact]
    public async Task Who_is_given_up_before_it_came_takes_no_turn()
    {
        var queue = new WorkerPermits(new ExecutionGate(1), 8);

        await Should.ThrowAsync<OperationCanceledException>(queue.EnterAsync(1, new CancellationToken(canceled: true)));

        queue.EnterAsync(1, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
    }

    /// <summary>Steps against a plain list: above 0 enters with that priority; 0 leaves; below 0 gives up the waiter of that place.</summary>
    [Theory]
    [InlineData(2, 8)]
    [InlineData(8, 2)]
    [InlineData(2, 2)]
    public void Whatever_the_order_of_entries_exits_and_departures_the_turns_go_to_the_first_of_the_list(int width, int workers) =>
        Prop.ForAll(Gen.Choose(-3, 4).ListOf().ToArbitrary(), steps =>
        {
            var queue = new WorkerPermits(new ExecutionGate(width), workers);
            var waiting = new List<(int Priority, Task Entry, CancellationTokenSource GivingUp)>();
            var inside = 0;
            foreach (var step in steps)
            {
                if (step > 0)
                {
                    var givingUp = new CancellationTokenSource();
                    var entry = queue.EnterAsync(step, givingUp.Token);
                    waiting.Insert(waiting.TakeWhile(one => one.Priority <= step).Count(), (step, entry, givingUp));
                }
                else if (step == 0 && inside > 0)
                {
                    queue.Exit();
                    inside--;
                }
                else if (step < 0 && -step <= waiting.Count)
                {
                    waiting[-step - 1].GivingUp.Cancel();
                    Should.Throw<OperationCanceledException>(() => waiting[-step - 1].Entry.WaitAsync(Patience).GetAwaiter().GetResult());
                    waiting.RemoveAt(-step - 1);
                }

                while (inside < 2 && waiting.Count > 0)
                {
                    waiting[0].Entry.WaitAsync(Patience).GetAwaiter().GetResult();
                    waiting.RemoveAt(0);
                    inside++;
                }

                waiting.ShouldAllBe(one => !one.Entry.IsCompleted);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_gate_without_width_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => new ExecutionGate(width: 0));

    [Fact]
    public async Task A_long_queue_for_one_model_does_not_hold_up_another()
    {
        var gate = new ExecutionGate(1);
        var (busy, other) = (new WorkerPermits(gate, 2), new WorkerPermits(gate, 2));
        await busy.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var queue = Enumerable.Range(0, 20).Select(_ => busy.EnterAsync(RequestPriority.Default, CancellationToken.None)).ToList();
        var late = other.EnterAsync(RequestPriority.Default, CancellationToken.None);

        busy.Exit();
        await queue[0].WaitAsync(Patience);
        busy.Exit();
        await late.WaitAsync(Patience);
        queue[1].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_stood_for_a_turn_keeps_its_place_when_a_better_one_of_its_model_goes_before_it()
    {
        var gate = new ExecutionGate(1);
        var (ours, others) = (new WorkerPermits(gate, 1), new WorkerPermits(gate, 8));
        await others.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var first = ours.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var second = others.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var better = ours.EnterAsync(RequestPriority.Highest, CancellationToken.None);

        others.Exit();
        await better.WaitAsync(Patience);
        ours.Exit();
        await first.WaitAsync(Patience);

        second.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Fewer_workers_take_the_last_of_those_that_stand_for_a_turn_back_into_the_line()
    {
        var gate = new ExecutionGate(2);
        var (ours, others) = (new WorkerPermits(gate, 3), new WorkerPermits(gate, 2));
        for (var i = 0; i < 2; i++) await others.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var waiting = Enumerable.Range(0, 3).Select(_ => ours.EnterAsync(RequestPriority.Default, CancellationToken.None)).ToList();

        ours.Resize(1);
        others.Exit();
        others.Exit();

        await waiting[0].WaitAsync(Patience);
        waiting[1].IsCompleted.ShouldBeFalse("of two turns the one worker's is taken");
        ours.Exit();
        await waiting[1].WaitAsync(Patience);
        waiting[2].IsCompleted.ShouldBeFalse();
    }

    /// <summary>
    /// Steps on three models of two, one and three workers at a gate two wide: above 0 enters (model and priority by its digits); 0 leaves
    /// the longest run; below 0 gives up a waiter. What has to hold is said without the gate's sets: nobody waits beside a turn and a
    /// permit, nobody goes beyond either, and who is let in is of the best priority of all that had a permit.
    /// </summary>
    [Fact]
    public void Whatever_the_order_of_steps_nobody_waits_for_a_run_of_lower_priority_that_has_not_begun() =>
        Prop.ForAll(Gen.Choose(-4, 11).ListOf().ToArbitrary(), steps =>
        {
            var gate = new ExecutionGate(2);
            int[] workers = [2, 1, 3];
            var models = Array.ConvertAll(workers, count => new WorkerPermits(gate, count));
            var running = new List<int>();
            var waiting = new List<(int Model, int Priority, Task Entry, CancellationTokenSource GivingUp)>();
            foreach (var step in steps)
            {
                if (step > 0)
                {
                    var givingUp = new CancellationTokenSource();
                    waiting.Add((step % 3, 1 + (step / 3), models[step % 3].EnterAsync(1 + (step / 3), givingUp.Token), givingUp));
                }
                else if (step == 0 && running.Count > 0)
                {
                    models[running[0]].Exit();
                    running.RemoveAt(0);
                }
                else if (step < 0 && -step <= waiting.Count)
                {
                    waiting[-step - 1].GivingUp.Cancel();
                    Should.Throw<OperationCanceledException>(() => waiting[-step - 1].Entry.WaitAsync(Patience).GetAwaiter().GetResult());
                    waiting.RemoveAt(-step - 1);
                }

                while (running.Count < 2 && waiting.Where(one => HasPermit(one.Model)).ToList() is { Count: > 0 } candidates)
                {
                    var best = candidates.Min(one => one.Priority);
                    var next = candidates.Where(one => one.Priority == best).Select(one => one.Entry).ToList();
                    var entry = Task.WhenAny(next).WaitAsync(Patience).GetAwaiter().GetResult();
                    running.Add(waiting.Find(one => one.Entry == entry).Model);
                    waiting.RemoveAll(one => one.Entry == entry);
                }

                waiting.ShouldAllBe(one => !one.Entry.IsCompleted);
            }

            bool HasPermit(int model) => running.Count(one => one == model) < workers[model];
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public async Task A_turn_that_comes_back_while_its_next_holder_gives_up_is_lost_by_neither()
    {
        for (var round = 0; round < 5000; round++)
        {
            var queue = new WorkerPermits(new ExecutionGate(1), 8);
            await queue.EnterAsync(1, CancellationToken.None);
            using var impatience = new CancellationTokenSource();
            var first = queue.EnterAsync(1, impatience.Token);
            using var start = new Barrier(2);
            var givingUp = Task.Run(() =>
            {
                start.SignalAndWait();
                impatience.Cancel();
            });

            start.SignalAndWait();
            queue.Exit();

            await givingUp;
            var hasEntered = true;
            try
            {
                await first.WaitAsync(Patience);
            }
            catch (OperationCanceledException)
            {
                hasEntered = false;
            }

            var next = queue.EnterAsync(1, CancellationToken.None);
            next.IsCompleted.ShouldBe(!hasEntered);
            if (hasEntered) queue.Exit();
            await next.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Under_load_with_departures_no_more_are_inside_than_there_are_turns_and_none_is_lost()
    {
        var queue = new WorkerPermits(new ExecutionGate(3), 8);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                using var impatience = new CancellationTokenSource();
                var entry = queue.EnterAsync(1 + ((worker + i) % 4), impatience.Token);
                if ((worker + i) % 3 == 0) await impatience.CancelAsync();
                try
                {
                    await entry.WaitAsync(Patience, CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                InterlockedMost(ref most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                queue.Exit();
            }
        })));

        most.ShouldBeLessThanOrEqualTo(3);
        for (var i = 0; i < 3; i++) queue.EnterAsync(1, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        queue.EnterAsync(1, CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    private static void InterlockedMost(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
