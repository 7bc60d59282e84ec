using Bullpen.Core.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class PermitQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_waits_goes_by_priority_and_within_one_in_the_order_of_arrival()
    {
        var queue = new PermitQueue(1);
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
    public async Task Who_is_given_up_before_it_came_takes_no_permit()
    {
        var queue = new PermitQueue(1);

        await Should.ThrowAsync<OperationCanceledException>(queue.EnterAsync(1, new CancellationToken(canceled: true)));

        queue.EnterAsync(1, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
    }

    /// <summary>Steps against a plain list: above 0 enters with that priority; 0 leaves; below 0 gives up the waiter of that place.</summary>
    [Fact]
    public void Whatever_the_order_of_entries_exits_and_departures_the_permits_go_to_the_first_of_the_list() =>
        Prop.ForAll(Gen.Choose(-3, 4).ListOf().ToArbitrary(), steps =>
        {
            var queue = new PermitQueue(2);
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
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public async Task A_permit_that_comes_back_while_its_next_holder_gives_up_is_lost_by_neither()
    {
        for (var round = 0; round < 5000; round++)
        {
            var queue = new PermitQueue(1);
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
    public async Task Under_load_with_departures_no_more_are_inside_than_there_are_permits_and_none_is_lost()
    {
        var queue = new PermitQueue(3);
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
