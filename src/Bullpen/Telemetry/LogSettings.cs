namespace Bullpen.Telemetry;

/// <summary>
/// What is logged, and how its times are written; may change while the server runs. Whoever logs asks it each time, without a lock.
/// </summary>
internal sealed class LogSettings
{
    private volatile LogSelection _selection = new();

    /// <summary>What holds now.</summary>
    internal LogSelection Selection => _selection;

    /// <summary>Has something else hold from now on.</summary>
    internal void Change(LogSelection selection) => _selection = selection;
}
