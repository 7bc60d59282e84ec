using System.Runtime.InteropServices;

namespace Bullpen.Supervision;

/// <summary>
/// Processes as POSIX has them, where System.Diagnostics.Process does less: in a process group of their own, in place of
/// this one, and awaited together with those that init inherits.
/// </summary>
internal static unsafe partial class UnixProcess
{
    private const int SigPipe = 13;
    private const int SetMask = 2;
    private const short SetProcessGroup = 0x02;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const int Interrupted = 4;

    // Larger than sigset_t and posix_spawnattr_t of glibc (128 and 336 bytes) and macOS.
    private const int OpaqueBytes = 1024;

    /// <summary>
    /// Starts a program in a process group of its own: the terminal's Ctrl+C then reaches the caller alone, and what it passes on
    /// arrives once. Signals are as the caller got them.
    /// </summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    internal static int Start(string executable, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        var attributes = NativeMemory.AllocZeroed(OpaqueBytes);
        var signals = NativeMemory.AllocZeroed(OpaqueBytes);
        using var argv = new NativeStrings([executable, .. arguments]);
        using var envp = new NativeStrings(environment);
        try
        {
            Check(posix_spawnattr_init(attributes));
            Check(posix_spawnattr_setflags(attributes, SetProcessGroup | SetSignalDefaults | SetSignalMask));
            Check(posix_spawnattr_setpgroup(attributes, 0));
            _ = sigemptyset(signals);
            Check(posix_spawnattr_setsigmask(attributes, signals));
            // .NET ignores SIGPIPE, and what is ignored stays so in a child.
            _ = sigaddset(signals, SigPipe);
            Check(posix_spawnattr_setsigdefault(attributes, signals));
            var failure = posix_spawn(out var id, executable, null, attributes, argv.Pointer, envp.Pointer);
            _ = posix_spawnattr_destroy(attributes);
            Check(failure);
            return id;
        }
        finally
        {
            NativeMemory.Free(signals);
            NativeMemory.Free(attributes);
        }
    }

    /// <summary>Waits for any child to end, and takes it out of the process table. Blocks.</summary>
    /// <returns>Its process id, and its exit code, or 128 and the signal that ended it.</returns>
    /// <exception cref="IOException">There is no child.</exception>
    internal static (int Id, int ExitCode) WaitForAny()
    {
        while (true)
        {
            var id = waitpid(-1, out var status, 0);
            // WIFEXITED, WEXITSTATUS and WTERMSIG of sys/wait.h; without WUNTRACED a child that is reported has ended.
            if (id > 0) return (id, (status & 0x7f) == 0 ? status >> 8 & 0xff : SignalNumber.ExitCode(status & 0x7f));
            if (Marshal.GetLastPInvokeError() != Interrupted) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    /// <summary>Sends a signal; to a process that has ended, and was not awaited, without effect.</summary>
    internal static void Send(int id, int signal) => _ = kill(id, signal);

    /// <summary>
    /// Puts a program in the place of this one: the same process, with its environment, its standard streams, and signals as it got
    /// them. A name without a slash is looked for on PATH.
    /// </summary>
    /// <returns>Only where that failed: errno and what it means.</returns>
    internal static (int Error, string Message) Replace(IReadOnlyList<string> command)
    {
        var signals = NativeMemory.AllocZeroed(OpaqueBytes);
        using var argv = new NativeStrings(command);
        _ = signal(SigPipe, 0);
        _ = sigemptyset(signals);
        _ = pthread_sigmask(SetMask, signals, null);
        _ = execvp(command[0], argv.Pointer);
        var error = Marshal.GetLastPInvokeError();
        NativeMemory.Free(signals);
        return (error, Marshal.GetPInvokeErrorMessage(error));
    }

    private static void Check(int error)
    {
        if (error != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(out int id, string path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setpgroup(void* attributes, int group);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int sigemptyset(void* signals);

    [LibraryImport("libc")]
    private static partial int sigaddset(void* signals, int signal);

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, void* signals, void* old);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int id, out int status, int options);

    [LibraryImport("libc")]
    private static partial int kill(int id, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execvp(string file, byte** argv);
}
