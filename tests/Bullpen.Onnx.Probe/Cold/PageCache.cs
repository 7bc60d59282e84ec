using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>Has the kernel forget what it holds of files: POSIX_FADV_DONTNEED of posix_fadvise(2).</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    public static void Drop(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            if (posix_fadvise((int)file.DangerousGetHandle(), 0, 0, DontNeed) != 0) throw new IOException($"{path} stays in the page cache.");
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int file, long offset, long length, int advice);
}
