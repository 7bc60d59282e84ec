using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Models;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void The_ledger_is_the_sum_of_its_reservations_whatever_is_done_to_them()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(100).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<Tuple<byte, byte, byte>[]>(), commands =>
            {
                var budget = new MemoryBudget(1000);
                var model = new List<(MemoryReservation Reservation, long Bytes, char Stage)>();
                foreach (var (op, which, bytes) in commands)
                {
                    if (op % 5 == 0)
                    {
                        var free = budget.Ledger.Total - model.Sum(item => item.Bytes);
                        var reservation = budget.TryReserve(bytes);
                        (reservation is not null).ShouldBe(bytes <= free);
                        if (reservation is not null) model.Add((reservation, bytes, 'r'));
                    }
                    else if (model.Count > 0)
                    {
                        var index = which % model.Count;
                        model[index] = Apply(op % 5, bytes, model[index]);
                    }

                    budget.Ledger.ShouldBe(new MemoryLedger(1000, Sum(model, 'r'), Sum(model, 'c'), Sum(model, 'd')));
                }

                foreach (var (reservation, _, _) in model) reservation.Dispose();
                budget.Ledger.Used.ShouldBe(0);
            }));
    }

    [Fact]
    public void An_overshoot_is_free_room_of_zero_and_blocks_even_an_empty_reservation()
    {
        var budget = new MemoryBudget(100);
        budget.TryReserve(50)!.Commit(130);

        budget.Ledger.Overshoot.ShouldBe(30);
        budget.Ledger.Free.ShouldBe(0);
        budget.TryReserve(0).ShouldBeNull();
    }

    [Fact]
    public void A_total_that_is_not_positive_and_negative_bytes_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new MemoryBudget(0));
        var budget = new MemoryBudget(long.MaxValue);
        Should.Throw<ArgumentOutOfRangeException>(() => budget.TryReserve(-1));
        var reservation = budget.TryReserve(long.MaxValue)!;
        Should.Throw<ArgumentOutOfRangeException>(() => reservation.Commit(-1));
        budget.TryReserve(1).ShouldBeNull();
    }

    private static long Sum(List<(MemoryReservation Reservation, long Bytes, char Stage)> model, char stage) =>
        model.Where(item => item.Stage == stage).Sum(item => item.Bytes);

    /// <summary>Does it to the real one and to the model: stages r(eserved), c(ommitted), d(raining), x (returned).</summary>
    private static (MemoryReservation Reservation, long Bytes, char Stage) Apply(
        int op, long bytes, (MemoryReservation Reservation, long Bytes, char Stage) item)
    {
        switch (op)
        {
            case 1 when item.Stage == 'r':
                item.Reservation.Commit(bytes);
                return item with { Bytes = bytes, Stage = 'c' };
            case 1:
                Should.Throw<InvalidOperationException>(() => item.Reservation.Commit(bytes));
                return item;
            case 2 when item.Stage == 'c':
                item.Reservation.Drain();
                return item with { Stage = 'd' };
            case 2:
                Should.Throw<InvalidOperationException>(item.Reservation.Drain);
                return item;
            default:
                item.Reservation.Dispose();
                return item with { Bytes = 0, Stage = 'x' };
        }
    }
}
