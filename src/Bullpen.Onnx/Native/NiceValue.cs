using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Native;

/// <summary>
/// The nice value of the calling thread, which on Linux is a thread's own and is inherited by the threads and processes that it
/// starts. It can be raised and, without privileges, never lowered again. Elsewhere nothing happens.
/// </summary>
internal static partial class NiceValue
{
    /// <summary>For loads: a tenth of the time of what runs at the normal priority, where there is not enough for both.</summary>
    public const int OfLoads = 10;

    /// <summary>The lowest.</summary>
    public const int Lowest = 19;

    private const int Process = 0;

    /// <summary>Raises the calling thread's nice value; only for a thread that ends with its work.</summary>
    public static void Raise(int nice)
    {
        // Of a thread that does not get it nothing is lost but time.
        if (OperatingSystem.IsLinux() && getpriority(Process, 0) < nice) _ = setpriority(Process, 0, nice);
    }

    /// <summary>The calling thread's nice value; 0 where there is none.</summary>
    public static int Current() => OperatingSystem.IsLinux() ? getpriority(Process, 0) : 0;

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int nice);

    [LibraryImport("libc")]
    private static partial int getpriority(int which, int who);
}
