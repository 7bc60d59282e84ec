using System.Collections.Concurrent;
using System.Threading.Channels;
using Bullpen.Core.Runtimes;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>
/// Has models that were loaded optimised for their next load: in the background, one at a time. The memory that this takes
/// is reserved while it lasts. What finds none free is tried again after the model's next load, and the third time idle models
/// are evicted for it: in a server that is always full nothing would ever be optimised, and it happens once for each content.
/// </summary>
public sealed class ModelOptimization : IAsyncDisposable
{
    private const int MostWaiting = 256;
    private const int PatientTries = 2;

    private readonly IModelOptimizer _optimizer;
    private readonly MemoryBudget _budget;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);
    // By path, of those for which there was no memory; used by the one worker alone.
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);
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

    /// <summary>Evicts idle models so that so many bytes are free, where nothing else waits for room; completes when they are gone.</summary>
    internal Func<long, Task>? MakeRoom { get; set; }

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
            using (var reservation = await ReserveAsync(file))
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

    private async Task<MemoryReservation?> ReserveAsync(ModelFile file)
    {
        var bytes = _optimizer.WorkingBytes(file);
        var tries = _tries.GetValueOrDefault(file.Path);
        if (tries >= PatientTries && bytes <= _budget.Total && MakeRoom is not null) await MakeRoom(bytes).WaitAsync(_stopping.Token);
        if (_budget.TryReserve(bytes) is { } reservation)
        {
            _tries.Remove(file.Path);
            return reservation;
        }

        _tries[file.Path] = tries + 1;
        return null;
    }
}
