using System.Globalization;

namespace Bullpen.Commands;

/// <summary>
/// The memory that this process may take: the machine's, or less where a control group limits it. The garbage collector's
/// own answer is no use for that: within a limit it takes three quarters for itself, and reports those.
/// </summary>
internal static class MachineMemory
{
    /// <summary>In bytes.</summary>
    /// <param name="root">Where the file system of Linux begins: another place in tests.</param>
    internal static long Bytes(string root = "/")
    {
        var machine = Path.Combine(root, "proc", "meminfo");
        if (!File.Exists(machine)) return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Limits(root).Append(Total(machine)).Min();
    }

    /// <summary>The first line: <c>MemTotal:       24676488 kB</c>.</summary>
    private static long Total(string meminfo) =>
        long.Parse(File.ReadLines(meminfo).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>
    /// The limits of this process's control group and of those above it. In a container the path may be the host's, and
    /// only the topmost folder is there: it is the container's own. https://man7.org/linux/man-pages/man7/cgroups.7.html
    /// </summary>
    private static IEnumerable<long> Limits(string root)
    {
        var membership = Path.Combine(root, "proc", "self", "cgroup");
        if (!File.Exists(membership)) yield break;
        foreach (var line in File.ReadLines(membership))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            var (mount, file) = controllers.Length == 0 ? ("sys/fs/cgroup", "memory.max") : ("sys/fs/cgroup/memory", "memory.limit_in_bytes");
            if (controllers.Length > 0 && !controllers.Split(',').Contains("memory")) continue;
            for (var group = path.TrimEnd('/'); ; group = group[..Math.Max(0, group.LastIndexOf('/'))])
            {
                var limit = Path.Combine(root, mount, group.TrimStart('/'), file);
                if (File.Exists(limit) && long.TryParse(File.ReadAllText(limit).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) yield return bytes;
                if (group.Length == 0) break;
            }
        }
    }
}
