using System.Diagnostics;

namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>
/// Bullpen.Onnx.Probe as a child, in a home of its own and without the variables that silence ONNX Runtime's telemetry
/// (CI among them). It lives until it is disposed. The bare one must not really send anything: it is killed before it
/// comes to that, and under strace its network calls fail.
/// </summary>
internal sealed class ProbeProcess : IDisposable
{
    private readonly Process _process;
    private readonly bool _isBare;

    public ProbeProcess(DirectoryInfo home, string mode, string model, string? traceFile = null)
    {
        Home = home;
        _isBare = mode == "bare";
        string[] noNetwork = _isBare ? ["-e", "inject=connect,sendto,sendmmsg:error=ENETUNREACH"] : [];
        string[] tracer = traceFile is null
            ? []
            : ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmmsg", .. noNetwork, "-o", traceFile];
        string[] command =
        [
            .. tracer, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            Path.Combine(AppContext.BaseDirectory, "Bullpen.Onnx.Probe.dll"), "telemetry", mode, model,
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var silencer in new[] { "CI", "ORT_DISABLE_TELEMETRY", "GITHUB_ACTIONS", "TF_BUILD" }) start.Environment.Remove(silencer);
        start.Environment["HOME"] = home.FullName;
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(home.FullName, ".cache");
        _process = Process.Start(start)!;
        _process.StandardOutput.ReadLine().ShouldBe("ready");
    }

    public DirectoryInfo Home { get; }

    public IEnumerable<string> FilesAtHome => Home.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name);

    /// <summary>Lets the program end in its own way, and waits for that.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (_isBare) _process.Kill(entireProcessTree: true);
        End();
        _process.Dispose();
    }
}
