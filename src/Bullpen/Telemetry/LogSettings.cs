namespace Bullpen.Telemetry;

/// <summary>
/// What is logged, and how its times are written; may change while the server runs. Whoever logs asks it each time, without a lock.
/// </summary>
internal sealed class LogSettings
{
    private volatile LogSelection _selection = new();

    /// <summary>What holds now.</summary>
    internal LogSelection Selection => _selection;

    /// <summary>Has something else hold from now on: what <paramref name="change"/> makes of what holds, asked again where that changed meanwhile.</summary>
    internal void Change(Func<LogSelection, LogSelection> change)
    {
        for (var seen = _selection; ;)
        {
            var found = Interlocked.CompareExchange(ref _selection, change(seen), seen);
            if (ReferenceEquals(found, seen)) return;
            seen = found;
        }
    }
}
