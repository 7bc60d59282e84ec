using System.Globalization;
using Bullpen.Core.Repository;

namespace Bullpen.Onnx.Native;

/// <summary>What this process has mapped of a file, by <c>/proc/self/maps</c> (proc_pid_maps(5)).</summary>
internal static class MappedFiles
{
    /// <summary>Bytes of address space, whole pages; 0 where the system does not tell. Links in the path are followed: the system names the real one.</summary>
    public static long BytesOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var real = RealPath.Of(path);
        var bytes = 0L;
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            if (!line.EndsWith(real, StringComparison.Ordinal)) continue;
            var range = line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal));
            var dash = range.IndexOf('-');
            bytes += Parse(range[(dash + 1)..]) - Parse(range[..dash]);
        }

        return bytes;
    }

    private static long Parse(ReadOnlySpan<char> address) => long.Parse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
