using System.Diagnostics.Metrics;
using Bullpen.Core.Telemetry;

namespace Bullpen.Core.Models;

/// <summary>
/// What <see cref="ModelManager"/> counts and measures of loads and unloads, each event once. Requests to models in memory
/// come to no place in here: <see cref="ModelCache.Usage"/> counts those from the leases.
/// </summary>
public sealed class ModelMeter
{
    private readonly EnumLabels<LeaveReason> _reasons = new();
    private readonly EnumLabels<ServingErrorKind> _kinds = new();
    private readonly Counter<long> _misses;
    private readonly Counter<long> _loads;
    private readonly Histogram<double> _loadDuration;
    private readonly Counter<long> _loadFailures;
    private readonly Histogram<double> _loadWait;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _evictions;
    private readonly Histogram<double> _evictionAge;
    private readonly Counter<long> _refusals;

    /// <summary>The instruments, on a meter.</summary>
    public ModelMeter(Meter meter)
    {
        _misses = ServingMetrics.CacheMisses.Count(meter);
        _loads = ServingMetrics.Loads.Count(meter);
        _loadDuration = ServingMetrics.LoadDuration.Measure(meter);
        _loadFailures = ServingMetrics.LoadFailures.Count(meter);
        _loadWait = ServingMetrics.LoadWait.Measure(meter);
        _reloads = ServingMetrics.Reloads.Count(meter);
        _evictions = ServingMetrics.Evictions.Count(meter);
        _evictionAge = ServingMetrics.EvictionAge.Measure(meter);
        _refusals = ServingMetrics.QueueRefusals.Count(meter);

        // A series that begins with its first event hides that event from whoever asks for the increase.
        foreach (var reason in _reasons.All) _evictions.Add(0, Tag(ServingMetrics.Evictions, reason));
        foreach (var queue in new[] { "model", "load" }) _refusals.Add(0, Tag(ServingMetrics.QueueRefusals, queue));
        foreach (var kind in new[] { ServingErrorKind.ModelLoadFailed, ServingErrorKind.InvalidModel, ServingErrorKind.ModelTooLarge, ServingErrorKind.InsufficientMemory })
            _loadFailures.Add(0, Tag(ServingMetrics.LoadFailures, _kinds.Of(kind)));
    }

    internal void Missed() => _misses.Add(1);

    internal void Waited(TimeSpan time) => _loadWait.Record(time.TotalSeconds);

    /// <summary>A load succeeded, and took this long.</summary>
    internal void Loaded(TimeSpan time)
    {
        _loads.Add(1);
        _loadDuration.Record(time.TotalSeconds);
    }

    /// <summary>Loads began of models that had been evicted a moment ago.</summary>
    internal void Reloaded(int models)
    {
        if (models > 0) _reloads.Add(models);
    }

    internal void LoadFailed(ServingErrorKind kind) => _loadFailures.Add(1, Tag(ServingMetrics.LoadFailures, _kinds.Of(kind)));

    /// <summary>A model is gone, <paramref name="age"/> after its load.</summary>
    internal void Left(LeaveReason reason, TimeSpan age)
    {
        _evictions.Add(1, Tag(ServingMetrics.Evictions, _reasons.Of(reason)));
        if (reason == LeaveReason.Evicted) _evictionAge.Record(age.TotalSeconds);
    }

    internal void ModelQueueRefused() => _refusals.Add(1, Tag(ServingMetrics.QueueRefusals, "model"));

    internal void LoadQueueRefused() => _refusals.Add(1, Tag(ServingMetrics.QueueRefusals, "load"));

    private static KeyValuePair<string, object?> Tag(MetricDefinition metric, string value) => new(metric.Labels[0], value);
}
