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

    /// <summary>
    /// The largest of the loads since the form last changed, the original or a mapped one: the next load will be of the form that
    /// the last one was, and what another form took says nothing of it.
    /// </summary>
    internal ContentMeasure? Find(string content)
    {
        if (!_latest.TryGetValue(content, out var loads)) return null;
        var last = loads[^1];
        var alike = loads.Reverse().TakeWhile(load => load.MappedBytes > 0 == last.MappedBytes > 0).ToList();
        return new ContentMeasure(alike.Max(load => load.PrivateBytes), last.LoadTime, alike.Max(load => load.MappedBytes));
    }
}
