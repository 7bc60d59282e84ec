using System.Collections.Concurrent;
using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>The latest measured loads of each content. Safe from any thread.</summary>
/// <param name="loadsKept">How many of each.</param>
internal sealed class MeasuredContents(int loadsKept)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<Measure>> _latest = new(StringComparer.Ordinal);

    /// <summary>Adds a load; the latest loads of its content, newest last.</summary>
    internal IReadOnlyList<Measure> Add(Measure measure) => _latest.AddOrUpdate(
        measure.Content,
        static (_, added) => [added.measure],
        static (_, known, added) => [.. known.Append(added.measure).TakeLast(added.loadsKept)],
        (measure, loadsKept));

    internal ContentMeasure? Find(string content) => _latest.TryGetValue(content, out var loads)
        ? new ContentMeasure(loads.Max(load => load.Bytes), loads[^1].LoadTime)
        : null;
}
