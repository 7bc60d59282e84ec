using System.Runtime.InteropServices;

namespace Bullpen.Supervision;

/// <summary>
/// A child that serves. A thread waits for every child, not for it alone: as process 1 of a container this one inherits
/// orphans, and each that ends would stay in the process table for ever.
/// </summary>
internal sealed class ProcessRun : IServerRun
{
    private readonly int _id;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ProcessRun(int id)
    {
        _id = id;
        new Thread(Wait) { IsBackground = true, Name = "children" }.Start();
    }

    /// <inheritdoc/>
    public Task<int> Exited => _exited.Task;

    /// <inheritdoc/>
    public void Send(PosixSignal signal)
    {
        // Once it is awaited its number may be another's.
        if (!_exited.Task.IsCompleted) UnixProcess.Send(_id, SignalNumber.Of(signal));
    }

    private void Wait()
    {
        try
        {
            while (true)
            {
                var (id, code) = UnixProcess.WaitForAny();
                if (id != _id) continue;
                _exited.SetResult(code);
                return;
            }
        }
        catch (IOException e)
        {
            _exited.SetException(e);
        }
    }
}
