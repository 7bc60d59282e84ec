using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bullpen.TestKit;

namespace Bullpen.Tests.Hosting;

/// <summary>The server as a user starts it: a process of its own.</summary>
public sealed class ServerChild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly ConcurrentQueue<string> _all = new();

    public ServerChild(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        // A shell that started the tests in the background may have left Ctrl+C ignored, which children inherit.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "bullpen.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Root,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList()) start.Environment.Remove(name);
        // What a test keeps it keeps in a folder of its own, which it names.
        start.Environment["BULLPEN_STATE"] = "none";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>All that it wrote.</summary>
    public string Output => string.Join('\n', _all);

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Waits until it writes a line that holds <paramref name="text"/>.</summary>
    public string WaitForLine(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            foreach (var line in _lines.GetConsumingEnumerable(limit.Token))
                if (line.Contains(text, StringComparison.Ordinal)) return line;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"No line with '{text}' in:\n{Output}", e);
        }

        throw new InvalidOperationException($"It ended without a line with '{text}':\n{Output}");
    }

    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_process.Id}"]).WaitForExit();

    /// <summary>Ends it without a chance to do anything more. Returns when it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    public int WaitForExit()
    {
        if (!_process.WaitForExit(Patience)) throw new TimeoutException($"It does not end:\n{Output}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _lines.Dispose();
    }

    /// <summary>What the tests' own environment says to a server is not meant for the servers that they start.</summary>
    private static bool IsOurs(string variable) =>
        variable is "PORT" or "MMS_DEFAULT_WORKERS_PER_MODEL"
        || variable.StartsWith("SAGEMAKER_", StringComparison.Ordinal)
        || variable.StartsWith("BULLPEN_", StringComparison.Ordinal);

    private void Take(string? line)
    {
        if (line is null) return;
        _all.Enqueue(line);
        _lines.Add(line);
    }
}
