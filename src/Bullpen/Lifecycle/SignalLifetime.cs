using System.Runtime.InteropServices;
using Bullpen.Options;

namespace Bullpen.Lifecycle;

/// <summary>
/// The process's life by its signals: the first SIGTERM, SIGHUP or Ctrl+C begins the drain, and the server stops when requests in
/// flight are done or the grace is over; a second one stops it at once.
/// </summary>
internal sealed class SignalLifetime(
    ServerLifecycle lifecycle, ServeOptions options, IHostApplicationLifetime application, TimeProvider time, ILogger<SignalLifetime> log)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP })
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        application.ApplicationStarted.Register(lifecycle.Started);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1) _ = DrainAsync();
        else application.StopApplication();
    }

    private async Task DrainAsync()
    {
        lifecycle.BeginDrain();
        log.Draining(options.Grace.TotalSeconds);
        try
        {
            await lifecycle.Drained.WaitAsync(options.Grace, time);
        }
        catch (TimeoutException)
        {
            log.GraceIsOver(options.Grace.TotalSeconds);
        }

        application.StopApplication();
    }
}
