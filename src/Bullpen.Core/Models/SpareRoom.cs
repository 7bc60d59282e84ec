namespace Bullpen.Core.Models;

/// <summary>
/// Room in the budget for work that can wait and can be given up: the optimising of models. It never stands in the way of a
/// load: it is not given where loads wait, and whoever has it is told to give way as soon as one lacks it. One at a time.
/// </summary>
public sealed class SpareRoom
{
    private readonly Lock _gate;
    private readonly Room _room;

    internal SpareRoom(Lock gate, Room room) => (_gate, _room) = (gate, room);

    /// <summary>Does what the cache decided, outside its lock.</summary>
    internal Action<CacheStep>? Do { get; set; }

    /// <summary>More than this there never is, in bytes.</summary>
    internal long Total => _room.Total;

    /// <summary>Reserves bytes, where they are free and no load waits for room.</summary>
    internal bool TryTake(long bytes)
    {
        lock (_gate) return _room.TryTakeSpare(bytes);
    }

    /// <summary>Gives back what was taken; loads may have waited for it.</summary>
    internal void Return()
    {
        var step = new CacheStep();
        lock (_gate)
        {
            _room.ReturnSpare();
            _room.Advance(step);
        }

        Do?.Invoke(step);
    }

    /// <summary>Evicts idle models so that so many bytes are free, where no load waits for room; completes when they are gone.</summary>
    internal Task MakeAsync(long bytes)
    {
        var step = new CacheStep();
        Task[] gone;
        lock (_gate)
        {
            _room.MakeFree(bytes, step);
            gone = [.. step.Unloads.Select(unload => unload.Entry.Gone!.Task)];
        }

        Do?.Invoke(step);
        return Task.WhenAll(gone);
    }
}
