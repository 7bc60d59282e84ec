using Bullpen.Core.State;
using Bullpen.State;
using Bullpen.TestKit;

namespace Bullpen.Tests.State;

/// <summary>What callers are told while the writer is inside a write: it is held there, where it reads the clock.</summary>
public sealed class StateWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly LogLines<SqliteState> _log = new();
    private readonly HeldClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_registration_that_is_deleted_before_it_is_written_is_answered_and_holds_nothing_against_the_disk()
    {
        await using var state = Open();
        using var writing = _clock.HoldRead();
        var first = state.KeepAsync(New("first"));
        await writing.Reached.WaitAsync(Patience);

        var deleted = state.KeepAsync(New("deleted"));
        (await state.ForgetAsync("deleted")).ShouldBeTrue();
        writing.Release();

        (await first.WaitAsync(Patience)).ShouldBeTrue();
        (await deleted.WaitAsync(Patience)).ShouldBeTrue("there is nothing left to write of it");
        (await state.KeepAsync(New("next")).WaitAsync(Patience)).ShouldBeTrue();
        Names().ShouldBe(["first", "next"]);
        _log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_registers_beside_a_registration_that_is_deleted_is_answered_when_it_is_on_disk()
    {
        await using var state = Open();
        using var firstWrite = _clock.HoldRead();
        var first = state.KeepAsync(New("first"));
        await firstWrite.Reached.WaitAsync(Patience);
        var deleted = state.KeepAsync(New("deleted"));
        var kept = state.KeepAsync(New("kept"));
        (await state.ForgetAsync("deleted")).ShouldBeTrue();

        using var secondWrite = _clock.HoldRead(after: 1);
        firstWrite.Release();
        await secondWrite.Reached.WaitAsync(Patience);
        (await first).ShouldBeTrue();
        kept.IsCompleted.ShouldBeFalse();
        Names().ShouldBe(["first"]);
        secondWrite.Release();

        (await kept.WaitAsync(Patience)).ShouldBeTrue();
        (await deleted.WaitAsync(Patience)).ShouldBeTrue();
        Names().ShouldBe(["first", "kept"]);
    }

    [Fact]
    public async Task A_disk_that_was_too_slow_once_is_waited_for_again_as_soon_as_it_has_written()
    {
        await using var state = Open();
        using var firstWrite = _clock.HoldRead();
        var overdue = state.KeepAsync(New("overdue"));
        await firstWrite.Reached.WaitAsync(Patience);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var waiting = state.KeepAsync(New("waiting"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await overdue.WaitAsync(Patience)).ShouldBeFalse();
        var meanwhile = state.KeepAsync(New("meanwhile"));
        meanwhile.IsCompleted.ShouldBeTrue("nobody else waits for a disk that is known to hang");

        using var secondWrite = _clock.HoldRead(after: 1);
        firstWrite.Release();
        await secondWrite.Reached.WaitAsync(Patience);
        var next = state.KeepAsync(New("next"));
        next.IsCompleted.ShouldBeFalse();
        secondWrite.Release();

        (await waiting.WaitAsync(Patience)).ShouldBeTrue();
        (await next.WaitAsync(Patience)).ShouldBeTrue();
        Names().ShouldBe(["meanwhile", "next", "overdue", "waiting"]);
        _log.All.Single().ShouldContain("takes longer than 2 s to be written");
    }

    private IStateStore Open() => SqliteState.Open(_folder.At("state"), new StateOptions { GatherFor = TimeSpan.FromHours(1) }, _clock, _log);

    private IReadOnlyList<string> Names() => StateSnapshot.Take(_folder.At("state")).Names;

    private static Registration New(string name) => new(name, "url", default);
}
