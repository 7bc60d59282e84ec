namespace Bullpen.Telemetry;

/// <summary>
/// The series of one metric. Found by a walk and without a lock: label values come from short lists, and the most common
/// combination is met first. Once there, a series stays.
/// </summary>
internal sealed class SeriesSet<TCell>(Func<TCell> create)
{
    private readonly Lock _adding = new();
    private volatile Series<TCell>[] _all = [];

    internal IReadOnlyList<Series<TCell>> All => _all;

    internal TCell Of(ReadOnlySpan<KeyValuePair<string, object?>> labels) => Find(labels) is { } series ? series.Cell : Add(labels);

    private Series<TCell>? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (var series in _all)
            if (series.Has(labels)) return series;
        return null;
    }

    private TCell Add(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (_adding)
        {
            if (Find(labels) is { } added) return added.Cell;
            var series = new Series<TCell>(labels, create());
            _all = [.. _all, series];
            return series.Cell;
        }
    }
}
