using System.Diagnostics;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>A disk that a test can fill: a tmpfs of a few megabytes, which only root may mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public const string Reason = "only root on Linux mounts a small disk, and a container may not even then";

    public static bool IsAvailable { get; } = TryOnce();

    public string Path { get; }

    public static SmallDisk Mount(string folder, string size)
    {
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder).ShouldBe(0);
        return new SmallDisk(folder);
    }

    public void Dispose() => Run("umount", "-l", Path);

    private static bool TryOnce()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return false;
        var folder = Directory.CreateTempSubdirectory("bullpen-disk-");
        var isMounted = Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.FullName) == 0;
        if (isMounted) Run("umount", folder.FullName);
        folder.Delete();
        return isMounted;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
