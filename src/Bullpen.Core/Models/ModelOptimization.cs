using System.Collections.Concurrent;
using System.Threading.Channels;
using Bullpen.Core.Runtimes;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>
/// Has models that were loaded optimised for their next load: in the background, one at a time. The memory that this takes
/// is reserved while it lasts, and given back at once where a load lacks it: then it is given up. What finds none free is tried again after the model's next load, and the third time idle models
/// are evicted for it: in a server that is always full nothing would ever be optimised, and it happens once for each content.
/// </summary>
public sealed class ModelOptimization : IAsyncDisposable
{
    private const int MostWaiting = 256;
    private const int PatientTries = 2;
    private const int Hopeless = int.MaxValue;

    private readonly IModelOptimizer _optimizer;
    private readonly SpareRoom _room;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);
    // By path, of those for which there was no memory; used by the one worker alone.
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);
    private readonly Channel<ModelFile> _queue = Channel.CreateBounded<ModelFile>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    // Never disposed: it holds nothing that outlives the process.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;
    private volatile CancellationTokenSource? _underway;

    /// <summary>Begins to work; what is asked for waits in a queue, and is forgotten where that is full.</summary>
    /// <param name="optimizer">Does it.</param>
    /// <param name="room">Where its memory is reserved.</param>
    /// <param name="log">Where its failures go.</param>
    public ModelOptimization(IModelOptimizer optimizer, SpareRoom room, ILogger<ModelOptimization> log)
    {
        (_optimizer, _room, _log) = (optimizer, room, log);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>A load lacks the memory: what is under way is given up, and tried again after the model's next load.</summary>
    internal void GiveWay() => _ = _underway?.CancelAsync();

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
            // Never disposed, as it may be asked to give way at any time; it has no timer.
            var underway = new CancellationTokenSource();
            await using var stopping = _stopping.Token.Register(underway.Cancel);
            _underway = underway;
            if (!await TryTakeRoomAsync(file)) return;
            try
            {
                await _optimizer.OptimizeAsync(file, underway.Token);
            }
            finally
            {
                _room.Return();
            }
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            _log.OptimizationGaveWay(file.ModelName);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.OptimizationCrashed(file.ModelName, e);
        }
        finally
        {
            _underway = null;
        }
    }

    private async Task<bool> TryTakeRoomAsync(ModelFile file)
    {
        var bytes = _optimizer.WorkingBytes(file);
        _tries.Remove(file.Path, out var tries);
        if (bytes > _room.Total)
        {
            // No eviction helps; said once for each path.
            if (tries != Hopeless) _log.OptimizationNeedsTooMuch(file.ModelName, RoomUse.Size(bytes), RoomUse.Size(_room.Total));
            _tries[file.Path] = Hopeless;
            return false;
        }

        if (tries >= PatientTries) await _room.MakeAsync(bytes).WaitAsync(_stopping.Token);
        if (_room.TryTake(bytes)) return true;

        // After an eviction in vain it is patient again.
        if (tries < PatientTries) _tries[file.Path] = tries + 1;
        return false;
    }
}
