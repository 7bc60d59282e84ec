using System.Runtime.InteropServices;

namespace Bullpen.Supervision;

/// <summary>One process that serves.</summary>
internal interface IServerRun
{
    /// <summary>Completes when it has ended, with its exit code, or 128 and the number of the signal that ended it.</summary>
    Task<int> Exited { get; }

    /// <summary>Sends it a signal. One that has ended gets none.</summary>
    void Send(PosixSignal signal);
}
