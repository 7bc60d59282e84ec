namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>
/// ONNX Runtime sends telemetry by default: it opens a database under the user's cache folder at once, and looks up a
/// host of its maker's about ten seconds later. Each test runs a bare program beside Bullpen's, as the proof that it can fail.
/// </summary>
public sealed class TelemetryTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bullpen-telemetry");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public async Task Bullpen_writes_no_telemetry_database()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the places looked at are Linux's");
        using var bullpen = new ProbeProcess(_folder.CreateSubdirectory("bullpen"), "bullpen", TestModels.Sample("iris").Path);
        using var bare = new ProbeProcess(_folder.CreateSubdirectory("bare"), "bare", TestModels.Sample("iris").Path);

        (await Appears(() => bare.FilesAtHome.Contains("onnxruntime.db"))).ShouldBeTrue();
        bullpen.End();

        bullpen.FilesAtHome.ShouldBeEmpty(); // not at its end either
    }

    [SkippableFact]
    public async Task Bullpen_reaches_for_no_network()
    {
        Skip.IfNot(File.Exists("/usr/bin/strace"), "strace is not installed");
        var (bullpenTrace, bareTrace) = (Path.Combine(_folder.FullName, "bullpen.trace"), Path.Combine(_folder.FullName, "bare.trace"));
        using var bullpen = new ProbeProcess(_folder.CreateSubdirectory("bullpen"), "bullpen", TestModels.Sample("iris").Path, bullpenTrace);
        using var bare = new ProbeProcess(_folder.CreateSubdirectory("bare"), "bare", TestModels.Sample("iris").Path, bareTrace);

        Skip.IfNot(await Appears(() => NetworkCalls(bareTrace).Any()), "the bare program was silent too: this machine may have no name server");
        bullpen.End();

        NetworkCalls(bullpenTrace).ShouldBeEmpty();
    }

    /// <summary>Connections and datagrams to anything but this machine; a lookup of a name is one.</summary>
    private static IEnumerable<string> NetworkCalls(string trace)
    {
        using var reader = new StreamReader(new FileStream(trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')
            .Where(call => call.Contains("AF_INET", StringComparison.Ordinal))
            .Where(call => !call.Contains("127.0.0.1", StringComparison.Ordinal) && !call.Contains("::1\"", StringComparison.Ordinal))
            .ToArray();
    }

    private static async Task<bool> Appears(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) return false;
            await timer.WaitForNextTickAsync();
        }
        return true;
    }
}
