using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>The latest measured loads of each content. Safe from any thread.</summary>
/// <param name="loadsKept">How many of each.</param>
/// <param name="most">How many contents; the one that was loaded longest ago goes.</param>
internal sealed class MeasuredContents(int loadsKept, int most)
{
    private readonly Latest<IReadOnlyList<Measure>> _latest = new(most);

    /// <summary>Adds a load; the latest loads of its content, newest last.</summary>
    internal IReadOnlyList<Measure> Add(Measure measure) => _latest.Change(
        measure.Content, known => [.. (known ?? []).Append(measure).TakeLast(loadsKept)]);

    internal ContentMeasure? Find(string content) => _latest.TryGet(content, out var loads)
        ? new ContentMeasure(loads.Max(load => load.Bytes), loads[^1].LoadTime)
        : null;
}
