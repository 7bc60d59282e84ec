namespace Bullpen.Core.Models;

/// <summary>Threads that do one thing and end.</summary>
internal static class OwnThread
{
    /// <summary>
    /// Work on a thread whose priority is lowered. Its end is handed over by the pool's own waiting thread: a thread of the pool that
    /// this one caused to be made would inherit the priority, and answer requests with it for as long as it lives.
    /// </summary>
    internal static Task<Action> ForLoad(Func<Action> work)
    {
        var result = new TaskCompletionSource<Action>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new ManualResetEvent(initialState: false);
        Action? then = null;
        ThreadPool.RegisterWaitForSingleObject(
            done,
            (_, _) =>
            {
                done.Dispose();
                if (then is not null) result.SetResult(then);
                else result.SetException(new InvalidOperationException("A load ended without a result."));
            },
            state: null,
            Timeout.Infinite,
            executeOnlyOnce: true);
        _ = For(() =>
        {
            try
            {
                then = work();
            }
            finally
            {
                done.Set();
            }
        });
        return result.Task;
    }

    /// <summary>Loads and unloads take long and block: they must not take threads from those that answer requests.</summary>
    internal static Task For(Action work)
    {
        try
        {
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (TaskSchedulerException)
        {
            // The system has no thread to give. The cache has decided, and waits for this work: the pool will get to it.
            return Task.Run(work);
        }
    }
}
