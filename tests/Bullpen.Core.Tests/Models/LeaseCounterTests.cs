using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Models;

public sealed class LeaseCounterTests
{
    [Fact]
    public void It_behaves_as_a_count_and_a_flag()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(100).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), commands =>
            {
                var counter = new LeaseCounter();
                var (count, isClosed) = (0, false);
                foreach (var op in commands)
                {
                    switch (op % 16)
                    {
                        case < 7:
                            counter.TryAcquire().ShouldBe(!isClosed);
                            if (!isClosed) count++;
                            break;
                        case < 13 when count > 0:
                            count--;
                            counter.Release().ShouldBe(count > 0 ? LeaseCounter.Released.InUse
                                : isClosed ? LeaseCounter.Released.Drained : LeaseCounter.Released.Idle);
                            break;
                        case 13:
                            counter.Close().ShouldBe(!isClosed && count == 0);
                            isClosed = true;
                            break;
                        case 14:
                            var isIdle = !isClosed && count == 0;
                            counter.TryCloseIdle().ShouldBe(isIdle);
                            isClosed |= isIdle;
                            break;
                        case 15 when isClosed && count == 0:
                            counter.Reopen();
                            isClosed = false;
                            break;
                    }

                    counter.Count.ShouldBe(count);
                }
            }));
    }

    [Fact]
    public void Of_many_threads_that_return_and_one_that_closes_exactly_one_is_told_to_unload()
    {
        for (var round = 0; round < 100; round++)
        {
            var counter = new LeaseCounter();
            using var start = new Barrier(5);
            var told = 0;
            var threads = Enumerable.Range(0, 5).Select(index => new Thread(() =>
            {
                start.SignalAndWait();
                if (index == 0)
                {
                    if (counter.Close()) Interlocked.Increment(ref told);
                    return;
                }

                for (var i = 0; i < 20 && counter.TryAcquire(); i++)
                    if (counter.Release() == LeaseCounter.Released.Drained) Interlocked.Increment(ref told);
            })).ToList();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();

            told.ShouldBe(1);
            counter.Count.ShouldBe(0);
        }
    }
}
