using System.Globalization;

namespace Bullpen.Load;

/// <summary>What Linux says of another process's memory, in MiB.</summary>
internal static class ResidentMemory
{
    /// <summary>Pages of its own: what would have to be swapped.</summary>
    internal static double Private(int process) => Field(process, "RssAnon");

    /// <summary>Pages of files that it has mapped.</summary>
    internal static double Mapped(int process) => Field(process, "RssFile");

    /// <summary>All of it.</summary>
    internal static double All(int process) => Field(process, "VmRSS");

    /// <summary>The most that it ever was, or since that was set back.</summary>
    internal static double Peak(int process) => Field(process, "VmHWM");

    /// <summary>How many threads it has.</summary>
    internal static int Threads(int process) => (int)Value(process, "Threads");

    private static double Field(int process, string name) => Value(process, name) / 1024.0;

    private static long Value(int process, string name) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
            .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
