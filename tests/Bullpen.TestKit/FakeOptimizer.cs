using System.Collections.Concurrent;
using Bullpen.Core.Runtimes;

namespace Bullpen.TestKit;

/// <summary>An optimiser that does nothing but what a test lets it.</summary>
public sealed class FakeOptimizer : IModelOptimizer
{
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _asked = new(0);

    public long Working { get; set; } = 100;

    /// <summary>While set, an optimisation lasts until it completes.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public Exception? Failure { get; set; }

    public ConcurrentDictionary<string, ModelFootprint> Foreseen { get; } = new();

    public ConcurrentQueue<string> Done { get; } = new();

    public int Cancelled { get; private set; }

    public ModelFootprint? Foresee(ModelFile file) => Foreseen.TryGetValue(file.ModelName, out var footprint) ? footprint : null;

    public Task<bool> IsWantedAsync(ModelFile file, CancellationToken cancellationToken)
    {
        _asked.Release();
        return Task.FromResult(true);
    }

    public long WorkingBytes(ModelFile file) => Working;

    public async Task OptimizeAsync(ModelFile file, CancellationToken cancellationToken)
    {
        _begun.Release();
        try
        {
            if (Hold is { } hold) await hold.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled++;
            throw;
        }

        Done.Enqueue(file.ModelName);
        if (Failure is { } failure) throw failure;
    }

    public Task AnOptimisationHasBegun() => Arrived(_begun);

    public Task ItWasAsked() => Arrived(_asked);

    private static async Task Arrived(SemaphoreSlim signal)
    {
        if (!await signal.WaitAsync(TimeSpan.FromSeconds(30))) throw new TimeoutException("Nothing came within 30 s.");
    }
}
