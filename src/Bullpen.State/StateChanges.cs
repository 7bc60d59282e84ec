using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>
/// What is to be written: of each thing only its latest state, so that a disk that refuses to write for hours makes this
/// no larger than what there is to remember.
/// </summary>
internal sealed class StateChanges
{
    /// <summary>By name; null: forget it.</summary>
    internal Dictionary<string, Registration?> Registrations { get; } = new(StringComparer.Ordinal);

    /// <summary>By model name; null: forget it.</summary>
    internal Dictionary<string, DateTimeOffset?> Uses { get; } = new(StringComparer.Ordinal);

    /// <summary>By path.</summary>
    internal Dictionary<string, HashedFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>By content, all loads of it that are kept, newest last.</summary>
    internal Dictionary<string, IReadOnlyList<Measure>> Measures { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes with true when the registrations are on disk, with false when they cannot be put there now.</summary>
    internal TaskCompletionSource<bool> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set once somebody was given <see cref="Written"/>: it has to complete, also where a later deletion left nothing to write.</summary>
    internal bool IsAwaited { get; set; }

    /// <summary>How many things other than registrations.</summary>
    internal int Gathered => Uses.Count + Files.Count + Measures.Count;

    /// <summary>Takes over the registrations of changes that could not be written, where no later ones are here.</summary>
    internal void TakeBackRegistrations(StateChanges failed) => TakeBack(Registrations, failed.Registrations);

    /// <summary>Takes over the rest likewise.</summary>
    internal void TakeBackGathered(StateChanges failed)
    {
        TakeBack(Uses, failed.Uses);
        TakeBack(Files, failed.Files);
        TakeBack(Measures, failed.Measures);
    }

    private static void TakeBack<T>(Dictionary<string, T> into, Dictionary<string, T> failed)
    {
        foreach (var (key, value) in failed) into.TryAdd(key, value);
    }
}
