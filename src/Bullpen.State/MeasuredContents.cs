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

    /// <summary>
    /// The largest of the loads since the form last changed, the original or a mapped one: the next load will be of the form that
    /// the last one was, and what another form took says nothing of it.
    /// </summary>
    internal ContentMeasure? Find(string content)
    {
        if (!_latest.TryGet(content, out var loads)) return null;
        var last = loads[^1];
        var alike = loads.Reverse().TakeWhile(load => load.MappedBytes > 0 == last.MappedBytes > 0).ToList();
        return new ContentMeasure(alike.Max(load => load.PrivateBytes), last.LoadTime, alike.Max(load => load.MappedBytes));
    }
}
