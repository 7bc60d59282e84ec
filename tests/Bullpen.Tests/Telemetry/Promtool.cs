using System.Diagnostics;

namespace Bullpen.Tests.Telemetry;

/// <summary>Prometheus's own tool, where it is installed.</summary>
internal static class Promtool
{
    internal const string Missing = "promtool is missing: apt-get install prometheus";

    internal static bool IsThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "promtool")));

    /// <summary>Runs it with something on its standard input; what it found, empty where all is well.</summary>
    internal static async Task<string> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await errors : $"{process.ExitCode}: {await output}{await errors}";
    }
}
