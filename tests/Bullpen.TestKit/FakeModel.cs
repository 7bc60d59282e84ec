using System.Collections.Concurrent;
using Bullpen.Core;
using Bullpen.Core.Tensors;

namespace Bullpen.TestKit;

/// <summary>How <see cref="FakeRuntime"/> treats one model.</summary>
public sealed class FakeModel(string name)
{
    private readonly SemaphoreSlim _loadStarted = new(0);
    private readonly SemaphoreSlim _runStarted = new(0);
    private long? _estimate;
    private int _loads;
    private int _alive;
    private int _running;
    private int _mostRunsAtOnce;

    public string Name => name;

    /// <summary>What a load measures.</summary>
    public long Bytes { get; set; } = 100;

    /// <summary>What a load maps beside that.</summary>
    public long MappedBytes { get; set; }

    /// <summary>What is expected of the first load; the same as <see cref="Bytes"/> unless set.</summary>
    public long Estimate
    {
        get => _estimate ?? Bytes;
        set => _estimate = value;
    }

    /// <summary>What its signature says of its output.</summary>
    public TensorShape OutputShape { get; set; } = new(1);

    /// <summary>False: a load knows only the estimate.</summary>
    public bool IsMeasured { get; set; } = true;

    /// <summary>What its warm-up adds to what a load measures.</summary>
    public long WarmUpBytes { get; set; }

    /// <summary>What an unload measures as given back; null: it cannot tell.</summary>
    public long? Reclaims { get; set; }

    /// <summary>While set and not signalled, a load waits.</summary>
    public ManualResetEventSlim? Hold { get; set; }

    /// <summary>While set and not signalled, a run waits.</summary>
    public ManualResetEventSlim? HoldRun { get; set; }

    /// <summary>While set and not signalled, an unload waits.</summary>
    public ManualResetEventSlim? HoldDispose { get; set; }

    /// <summary>While set, a load fails with it.</summary>
    public Exception? Failure { get; set; }

    /// <summary>While set, a run fails with it.</summary>
    public Exception? RunFailure { get; set; }

    /// <summary>While set, done after each run where its outputs are copied.</summary>
    public Action? Copying { get; set; }

    /// <summary>While set, an unload fails with it, though the session is gone.</summary>
    public Exception? DisposeFailure { get; set; }

    /// <summary>While set, its size cannot be estimated.</summary>
    public Exception? EstimateFailure { get; set; }

    /// <summary>Loads begun.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <summary>Which load of the whole runtime its first one was; 0 where there was none.</summary>
    public long FirstLoad { get; internal set; }

    /// <summary>Sessions that are not disposed.</summary>
    public int Alive => Volatile.Read(ref _alive);

    /// <summary>The most runs that ran at once.</summary>
    public int MostRunsAtOnce => Volatile.Read(ref _mostRunsAtOnce);

    /// <summary>Waits until one more load has begun.</summary>
    public Task ALoadHasBegun() => Arrived(_loadStarted, "load");

    /// <summary>Waits until one more run has begun.</summary>
    public Task ARunHasBegun() => Arrived(_runStarted, "run");

    /// <summary>A failure of this model that a load can be made to throw.</summary>
    public ServingException Broken(string reason = "it is broken") =>
        new(ServingErrorKind.InvalidModel, $"Model {name}: {reason}.") { Model = name };

    /// <summary>How many elements the first input of each run had, in the order of the runs.</summary>
    public ConcurrentQueue<long> RunSizes { get; } = new();

    internal void LoadStarted()
    {
        Interlocked.Increment(ref _loads);
        _loadStarted.Release();
    }

    internal void RunStarted()
    {
        lock (_runStarted) _mostRunsAtOnce = Math.Max(_mostRunsAtOnce, ++_running);
        _runStarted.Release();
    }

    internal void RunEnded()
    {
        lock (_runStarted) _running--;
    }

    internal void AddAlive(int by) => Interlocked.Add(ref _alive, by);

    private async Task Arrived(SemaphoreSlim signal, string what)
    {
        // The limit only turns a hang into a message; nothing waits for time to pass.
        if (!await signal.WaitAsync(TimeSpan.FromSeconds(30))) throw new TimeoutException($"No {what} of {name} began within 30 s.");
    }
}
