using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Native;

/// <summary>What Bullpen uses of glibc's allocator; every call does nothing where the C library is another one.</summary>
internal static partial class Glibc
{
    /// <summary><c>M_MMAP_THRESHOLD</c> of malloc.h.</summary>
    private const int MmapThreshold = -3;

    /// <summary><c>M_TRIM_THRESHOLD</c>.</summary>
    private const int TrimThreshold = -1;

    private const int ConsolidatedFrom = 96 * 1024;

    private static readonly bool IsPresent = Exports("gnu_get_libc_version");

    /// <summary>True where <see cref="AllocatedBytes"/> can answer: glibc 2.33 or later.</summary>
    public static bool CanCountBytes { get; } = IsPresent && Exports("mallinfo2");

    /// <summary>
    /// Fixes the size from which a block is mapped on its own, and so goes back to the system when it is freed. Left
    /// alone, glibc raises the threshold whenever a large block is freed, and a model's later tensors stay in the heap.
    /// </summary>
    public static void SetMmapThreshold(int bytes)
    {
        if (IsPresent) _ = mallopt(MmapThreshold, bytes);
    }

    /// <summary>Sets that size, and how much may be free at the heap's end before it goes back to the system.</summary>
    public static void SetThresholds(int mmap, int trim)
    {
        if (!IsPresent) return;
        _ = mallopt(MmapThreshold, mmap);
        _ = mallopt(TrimThreshold, trim);
    }

    /// <summary>Gives the free pages of the heap back to the system.</summary>
    public static void Trim()
    {
        if (IsPresent) _ = malloc_trim(0);
    }

    /// <summary>Gives back what is free at the end of the calling thread's heap alone, so that no other thread waits.</summary>
    public static unsafe void TrimOwnHeap()
    {
        if (!IsPresent) return;
        // Freeing 64 KiB or more has malloc look at the end of its heap; see FASTBIN_CONSOLIDATION_THRESHOLD in malloc.c.
        NativeMemory.Free(NativeMemory.Alloc(ConsolidatedFrom));
    }

    /// <summary>Bytes that malloc has handed out and not got back: in all arenas, and in mapped blocks.</summary>
    public static long AllocatedBytes()
    {
        var info = mallinfo2();
        return (long)(info.InUse + info.Mapped);
    }

    private static bool Exports(string function) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, function, out _);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    private static partial MallocInfo mallinfo2();

    /// <summary><c>struct mallinfo2</c> of malloc.h: ten fields of size_t.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 10 * sizeof(ulong))]
    private readonly struct MallocInfo
    {
        /// <summary><c>hblkhd</c>: bytes in blocks that were mapped on their own.</summary>
        [FieldOffset(4 * sizeof(ulong))]
        public readonly ulong Mapped;

        /// <summary><c>uordblks</c>: bytes in use in all arenas.</summary>
        [FieldOffset(7 * sizeof(ulong))]
        public readonly ulong InUse;
    }
}
