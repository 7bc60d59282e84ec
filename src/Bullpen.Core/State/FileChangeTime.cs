using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Bullpen.Core.State;

/// <summary>
/// When a file's content or attributes last changed by the system's own clock (ctime), which no program can set back. .NET
/// does not tell it: statx(2).
/// </summary>
internal static class FileChangeTime
{
    private const int WorkingFolder = -100;
    private const uint ChangeTimeAsked = 0x80;
    private const int StatxLength = 256;
    private const int ChangeTimeAt = 96;

    /// <summary>Ticks since 1970 of the file that the path leads to, or 0 where the system does not say.</summary>
    public static long TicksOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var status = new byte[StatxLength];
        try
        {
            if (statx(WorkingFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, ChangeTimeAsked, status) != 0) return 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }

        var seconds = BinaryPrimitives.ReadInt64LittleEndian(status.AsSpan(ChangeTimeAt));
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(ChangeTimeAt + sizeof(long)));
        return seconds * TimeSpan.TicksPerSecond + nanoseconds / TimeSpan.NanosecondsPerTick;
    }

    [DllImport("libc")]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] status);
}
