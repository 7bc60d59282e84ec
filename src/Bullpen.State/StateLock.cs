namespace Bullpen.State;

/// <summary>
/// The right of one process to a state folder: a file that is open and locked for as long as the process lives. The system
/// takes the lock away with the process, however it ends.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private const string FileName = "lock";

    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <summary>The lock, or null where another server has it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static StateLock? TryTake(string folder)
    {
        try
        {
            return new StateLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsTaken(IOException e) => OperatingSystem.IsWindows()
        ? e.HResult == unchecked((int)0x80070020)
        : e.HResult == (OperatingSystem.IsLinux() ? 11 : 35);
}
