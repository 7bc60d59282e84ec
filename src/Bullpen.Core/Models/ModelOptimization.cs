using System.Collections.Concurrent;
using System.Threading.Channels;
using Bullpen.Core.Runtimes;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>
/// Has models that were loaded optimised for their next load: in the background, one at a time. The memory that this takes
/// is reserved while it lasts, and only where it is free: nothing is evicted for it. What finds none is tried again after
/// the model's next load.
/// </summary>
public sealed class ModelOptimization : IAsyncDisposable
{
    private const int MostWaiting = 256;

    private readonly IModelOptimizer _optimizer;
    private readonly MemoryBudget _budget;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<ModelFile> _queue = Channel.CreateBounded<ModelFile>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    // Never disposed: it holds nothing that outlives the process.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;

    /// <summary>Begins to work; what is asked for waits in a queue, and is forgotten where that is full.</summary>
    /// <param name="optimizer">Does it.</param>
    /// <param name="budget">The ledger in which its memory is reserved.</param>
    /// <param name="log">Where its failures go.</param>
    public ModelOptimization(IModelOptimizer optimizer, MemoryBudget budget, ILogger<ModelOptimization> log)
    {
        (_optimizer, _budget, _log) = (optimizer, budget, log);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Called when a reservation was given back: loads may wait for that room.</summary>
    internal Action? RoomFreed { get; set; }

    /// <summary>A model was loaded: there may be a better form of it to make. Returns at once.</summary>
    internal void Loaded(ModelFile file)
    {
        if (!_waiting.TryAdd(file.Path, true)) return;
        if (!_queue.Writer.TryWrite(file)) _waiting.TryRemove(file.Path, out _);
    }

    /// <inheritdoc cref="IModelOptimizer.Foresee"/>
    internal ModelFootprint? Foresee(ModelFile file) => _optimizer.Foresee(file);

    /// <summary>Gives up what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _working;
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var file in _queue.Reader.ReadAllAsync(_stopping.Token))
            {
                // Forgotten before it is done: a load meanwhile may be of another content.
                _waiting.TryRemove(file.Path, out _);
                await OptimizeAsync(file);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is shutting down.
        }
    }

    private async Task OptimizeAsync(ModelFile file)
    {
        try
        {
            if (!await _optimizer.IsWantedAsync(file, _stopping.Token)) return;
            using (var reservation = _budget.TryReserve(_optimizer.WorkingBytes(file)))
            {
                if (reservation is null) return;
                await _optimizer.OptimizeAsync(file, _stopping.Token);
            }

            RoomFreed?.Invoke();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.OptimizationCrashed(file.ModelName, e);
        }
    }
}
