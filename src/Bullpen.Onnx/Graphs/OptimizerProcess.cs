using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Bullpen.Onnx.Native;

namespace Bullpen.Onnx.Graphs;

/// <summary>One run of the program that writes an entry, at the lowest priority; killed when it is given up.</summary>
internal static class OptimizerProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Null, or why it failed: the last line of its standard error.</returns>
    /// <exception cref="OperationCanceledException">Given up; it is gone.</exception>
    public static async Task<string?> RunAsync(OptimizerCommand command, string model, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Start(new ProcessStartInfo(command.FileName, [.. command.Arguments, model, "--to", folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ORT_DISABLE_TELEMETRY"] = "1" },
        });
        using var limit = new CancellationTokenSource(command.TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var error = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            await output;
            return process.ExitCode == 0 ? null : LastLine(await error) ?? $"it ended with exit code {process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process);
            cancellationToken.ThrowIfCancellationRequested();
            return $"it took longer than {command.TimeLimit.TotalSeconds} s";
        }
    }

    /// <summary>A process inherits the priority of the thread that starts it; so would threads, so that one does nothing else.</summary>
    private static Process Start(ProcessStartInfo start)
    {
        Process? process = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            NiceValue.Raise(NiceValue.Lowest);
            try
            {
                process = Process.Start(start);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return process!;
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }

    private static string? LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
