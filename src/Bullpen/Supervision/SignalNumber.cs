using System.Runtime.InteropServices;

namespace Bullpen.Supervision;

/// <summary>The numbers of signals, which are the same on Linux and macOS for those that are passed on.</summary>
internal static class SignalNumber
{
    /// <summary>The signals that a supervisor passes on.</summary>
    internal static IReadOnlyList<PosixSignal> Passed { get; } = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    internal static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "This signal is not passed on."),
    };

    /// <summary>What a shell makes of a process that a signal ended.</summary>
    internal static int ExitCode(int signal) => 128 + signal;
}
