using Bullpen.Core.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class WorkerPermitsTests
{
    [Fact]
    public async Task More_workers_let_in_at_once_who_waits()
    {
        var permits = new WorkerPermits(new ExecutionGate(8), 1);
        await permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var second = permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
        var third = permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
        second.IsCompleted.ShouldBeFalse();

        permits.Resize(2);

        await second;
        third.IsCompleted.ShouldBeFalse();
        permits.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Fewer_workers_disturb_nobody_and_hold_once_those_that_run_have_ended()
    {
        var permits = new WorkerPermits(new ExecutionGate(8), 3);
        for (var i = 0; i < 3; i++) await permits.EnterAsync(RequestPriority.Default, CancellationToken.None);

        permits.Resize(1);
        var next = permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
        permits.Exit();
        permits.Exit();

        next.IsCompleted.ShouldBeFalse();
        permits.Exit();
        await next;
    }

    [Fact]
    public void A_model_has_at_least_one_worker() => Should.Throw<ArgumentOutOfRangeException>(() => new WorkerPermits(new ExecutionGate(8), 1).Resize(0));

    /// <summary>A number from 1 resizes; 0 enters; -1 leaves.</summary>
    [Fact]
    public void Whatever_the_order_of_entries_exits_and_sizes_nobody_enters_above_the_size_and_everybody_below_it() =>
        Prop.ForAll(Gen.Choose(-1, 5).ListOf().ToArbitrary(), steps =>
        {
            var permits = new WorkerPermits(new ExecutionGate(8), 2);
            var waiting = new List<Task>();
            var inside = 0;
            foreach (var step in steps)
            {
                var before = inside;
                switch (step)
                {
                    case > 0:
                        permits.Resize(step);
                        break;
                    case 0:
                        waiting.Add(permits.EnterAsync(RequestPriority.Default, CancellationToken.None));
                        break;
                    case -1 when inside > 0:
                        permits.Exit();
                        inside--;
                        break;
                }

                // Who is let in by a release is told by another thread.
                var expected = Math.Max(0, Math.Min(permits.Count - inside, waiting.Count));
                var entered = waiting.Take(expected).ToList();
                Task.WhenAll(entered).Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
                waiting.RemoveRange(0, expected);
                inside += expected;
                waiting.ShouldAllBe(one => !one.IsCompleted);
                inside.ShouldBeLessThanOrEqualTo(Math.Max(permits.Count, before));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public async Task Resized_by_one_thread_while_others_come_and_go_none_is_lost()
    {
        var permits = new WorkerPermits(new ExecutionGate(8), 4);
        var resizing = Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++) permits.Resize((i * 7 % 5) + 1);
            permits.Resize(3);
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
                await Task.Yield();
                permits.Exit();
            }
        })));
        await resizing;

        for (var i = 0; i < 3; i++) permits.EnterAsync(RequestPriority.Default, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        permits.EnterAsync(RequestPriority.Default, CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task An_exit_beside_a_resize_leaves_no_permit_too_many()
    {
        const int Rounds = 50_000;
        var permits = new WorkerPermits(new ExecutionGate(8), 2);
        var (begun, ended) = (0, 0);
        var other = new Thread(() =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref begun) == round);
                Thread.SpinWait(round % 40);
                permits.Exit();
                Volatile.Write(ref ended, round);
            }
        });
        other.Start();
        var tooMany = 0;
        for (var round = 1; round <= Rounds; round++)
        {
            permits = new WorkerPermits(new ExecutionGate(8), 2);
            await permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
            await permits.EnterAsync(RequestPriority.Default, CancellationToken.None);
            Volatile.Write(ref begun, round);
            Thread.SpinWait(round / 40 % 40);
            permits.Resize(1);
            SpinWait.SpinUntil(() => Volatile.Read(ref ended) == round);
            if (permits.EnterAsync(RequestPriority.Default, CancellationToken.None).IsCompleted) tooMany++;
        }

        other.Join();
        tooMany.ShouldBe(0);
    }
}
