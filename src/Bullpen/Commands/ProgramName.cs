using System.Text;

namespace Bullpen.Commands;

/// <summary>The name by which this program was called: .NET tells only which file it is, behind every link.</summary>
internal static class ProgramName
{
    /// <summary>As the caller wrote it; null where the system does not tell.</summary>
    internal static string? AsCalled()
    {
        const string CommandLine = "/proc/self/cmdline";
        if (!OperatingSystem.IsLinux() || !File.Exists(CommandLine)) return null;
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(CommandLine));
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        return end > 0 ? text[..end] : null;
    }
}
