using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class ExecutionGateTests
{
    [Fact]
    public async Task As_many_enter_as_it_is_wide_and_the_next_when_one_leaves()
    {
        var gate = new ExecutionGate(width: 2);
        await gate.EnterAsync(RequestPriority.Default, CancellationToken.None);
        await gate.EnterAsync(RequestPriority.Default, CancellationToken.None);

        var third = gate.EnterAsync(RequestPriority.Default, CancellationToken.None);

        third.IsCompleted.ShouldBeFalse();
        gate.Exit();
        await third;
    }

    [Fact]
    public async Task Who_gives_up_at_the_gate_takes_no_turn()
    {
        var gate = new ExecutionGate(width: 1);
        await gate.EnterAsync(RequestPriority.Default, CancellationToken.None);
        using var impatience = new CancellationTokenSource();
        var impatient = gate.EnterAsync(RequestPriority.Default, impatience.Token);

        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(impatient);
        gate.Exit();
        gate.EnterAsync(RequestPriority.Default, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void A_gate_without_width_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => new ExecutionGate(width: 0));
}
