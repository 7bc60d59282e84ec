using System.Runtime.InteropServices;
using System.Threading.Channels;
using Bullpen.Supervision;

namespace Bullpen.Tests.Supervision;

/// <summary>Servers that end when a test says so.</summary>
internal sealed class FakeLauncher : IServerLauncher
{
    private readonly Channel<FakeRun> _runs = Channel.CreateUnbounded<FakeRun>();

    internal int Starts { get; private set; }

    public IServerRun Start()
    {
        Starts++;
        var run = new FakeRun();
        _runs.Writer.TryWrite(run);
        return run;
    }

    /// <summary>The next server, once it is started.</summary>
    internal async Task<FakeRun> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _runs.Reader.ReadAsync(limit.Token);
    }

    internal sealed class FakeRun : IServerRun
    {
        private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> Exited => _exited.Task;

        internal List<PosixSignal> Signals { get; } = [];

        public void Send(PosixSignal signal) => Signals.Add(signal);

        internal void End(int code) => _exited.SetResult(code);
    }
}
