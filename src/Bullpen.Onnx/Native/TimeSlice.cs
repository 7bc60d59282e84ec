using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Native;

/// <summary>
/// The slice of time that Linux' scheduler gives the calling thread before it looks whether another is due. A thread that wakes up
/// interrupts one with a longer slice than its own at once, and waits for one with the same slice until that is used up or until the
/// next tick, up to 4 ms: what a request waits that wakes up where a load runs. See sched_setattr(2) and PREEMPT_SHORT in
/// kernel/sched/features.h (since Linux 6.12; before, and elsewhere, nothing happens).
/// </summary>
internal static partial class TimeSlice
{
    private const ulong LongestNanoseconds = 100_000_000;

    /// <summary>Gives the calling thread the longest slice there is, 100 ms; only for a thread that ends with its work.</summary>
    public static void Lengthen()
    {
        if (!OperatingSystem.IsLinux()) return;
        var call = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 314, Architecture.Arm64 => 274, _ => 0 };
        if (call == 0) return;
        var attributes = new Attributes { Size = (uint)Marshal.SizeOf<Attributes>(), Nice = NiceValue.Current(), Runtime = LongestNanoseconds };
        // A sandbox may forbid the call, and the load then runs as any other thread of its nice value.
        _ = syscall(call, 0, ref attributes, 0);
    }

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint thread, ref Attributes attributes, nint flags);

    /// <summary>struct sched_attr in its first version; policy 0 is SCHED_OTHER.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
